using System.Globalization;

namespace Gantry;

/// <summary>Sizes as people write them: <c>100m</c>, <c>1.5g</c>, <c>512k</c>, <c>64MiB</c>, <c>1024</c>;
/// a unit is a power of 1024.</summary>
public static class ByteSize
{
    private const string Units = "bkmgtp";

    /// <exception cref="FormatException">In Docker's words.</exception>
    public static long Parse(string text) => TryParse(text, out long bytes) ? bytes : throw new FormatException($"invalid size: '{text}'");

    /// <returns>False for what is no size, or too large a one.</returns>
    public static bool TryParse(string text, out long bytes)
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
        double product = number * Math.Pow(1024, power);
        bytes = (long)product;
        return product < long.MaxValue;
    }
}
