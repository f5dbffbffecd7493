using System.Globalization;

namespace Gantry;

/// <summary>Sizes as people write and read them: <c>100m</c>, <c>1.5g</c>, <c>512k</c>, <c>64MiB</c>, <c>1024</c>.</summary>
/// <remarks>What a unit is worth depends on the field, not on its spelling, as with Docker: memory and space are in powers of 1024,
/// a log file's size in powers of 1000.</remarks>
public static class ByteSize
{
    private const string Units = "bkmgtp";
    private const int Binary = 1024, Decimal = 1000;

    /// <exception cref="FormatException">In Docker's words.</exception>
    public static long Parse(string text) => TryParse(text, out long bytes) ? bytes : throw new FormatException($"invalid size: '{text}'");

    /// <summary>In powers of 1024.</summary>
    /// <returns>False for what is no size, or too large a one.</returns>
    public static bool TryParse(string text, out long bytes) => TryParse(text, Binary, out bytes);

    /// <summary>In powers of 1000.</summary>
    /// <inheritdoc cref="TryParse(string, out long)"/>
    public static bool TryParseDecimal(string text, out long bytes) => TryParse(text, Decimal, out bytes);

    /// <summary>Decimal units, as in "1.98MB".</summary>
    /// <param name="bytes">The size.</param>
    /// <param name="digits">How many digits count.</param>
    public static string Text(double bytes, int digits = 4) =>
        WithUnit(bytes, Decimal, digits, ["B", "kB", "MB", "GB", "TB", "PB", "EB", "ZB", "YB"]);

    /// <summary>Binary units, as in "23.54GiB".</summary>
    public static string BinaryText(double bytes) =>
        WithUnit(bytes, Binary, 4, ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB", "ZiB", "YiB"]);

    private static bool TryParse(string text, int step, out long bytes)
    {
        bytes = 0;
        int digits = 0;
        while (digits < text.Length && (char.IsAsciiDigit(text[digits]) || text[digits] == '.')) digits++;
        string unit = text[digits..].Trim().ToLowerInvariant();
        int power = unit.Length == 0 ? 0 : Units.IndexOf(unit[0]);
        bool known = unit.Length switch
        {
            0 or 1 => power >= 0,
            2 => power > 0 && unit[1] == 'b',
            3 => power > 0 && unit.EndsWith("ib", StringComparison.Ordinal),
            _ => false,
        };
        if (!known
            || !double.TryParse(text.AsSpan(0, digits), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double number))
            return false;
        double product = number * Math.Pow(step, power);
        bytes = (long)product;
        return product < long.MaxValue;
    }

    private static string WithUnit(double size, double step, int digits, ReadOnlySpan<string> units)
    {
        int unit = 0;
        for (; size >= step && unit < units.Length - 1; unit++) size /= step;
        // As Go's %.4g writes it.
        return size.ToString($"g{digits}", CultureInfo.InvariantCulture) + units[unit];
    }
}
