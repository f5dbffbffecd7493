using System.Globalization;

namespace Gantry.Engine.Images;

/// <summary>The bar as text in a progress line, for clients that do not draw it themselves.</summary>
internal static class ProgressBar
{
    private const int Width = 50;
    private static readonly string[] Units = ["B", "kB", "MB", "GB", "TB", "PB"];

    public static string Draw(long current, long total)
    {
        if (total <= 0) return Size(current);
        int done = (int)(Math.Min(current, total) * Width / total);
        string bar = done < Width ? new string('=', done) + ">" + new string(' ', Width - done) : new string('=', Width) + ">";
        return $"[{bar}] {Size(current),8}/{Size(total)}";
    }

    /// <summary>Decimal units with four digits, as Docker's clients print them.</summary>
    private static string Size(long bytes)
    {
        double value = bytes;
        int unit = 0;
        for (; value >= 1000 && unit < Units.Length - 1; unit++) value /= 1000;
        return value.ToString("G4", CultureInfo.InvariantCulture) + Units[unit];
    }
}
