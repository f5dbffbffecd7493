namespace Gantry.Engine.Images;

/// <summary>The bar as text in a progress line, for clients that do not draw it themselves.</summary>
internal static class ProgressBar
{
    private const int Width = 50;

    public static string Draw(long current, long total)
    {
        if (total <= 0) return ByteSize.Text(current);
        int done = (int)(Math.Min(current, total) * Width / total);
        string bar = done < Width ? new string('=', done) + ">" + new string(' ', Width - done) : new string('=', Width) + ">";
        return $"[{bar}] {ByteSize.Text(current),8}/{ByteSize.Text(total)}";
    }
}
