using System.Globalization;

namespace Gantry.Cli;

/// <summary>Sizes as people write them: <c>100m</c>, <c>1.5g</c>, <c>512k</c>, <c>64MiB</c>, <c>1024</c>; a unit is a power of 1024.</summary>
internal static class ByteSize
{
    private const string Units = "bkmgtp";

    public static long Parse(string text)
    {
        ReadOnlySpan<char> number = text.AsSpan();
        int digits = 0;
        while (digits < number.Length && (char.IsAsciiDigit(number[digits]) || number[digits] == '.')) digits++;
        string unit = text[digits..].Trim().ToLowerInvariant();
        int power = unit.Length == 0 ? 0 : Units.IndexOf(unit[0]);
        bool known = unit.Length switch
        {
            0 or 1 => power >= 0,
            2 => power > 0 && unit[1] == 'b',
            3 => power > 0 && unit.EndsWith("ib", StringComparison.Ordinal),
            _ => false,
        };
        if (!known || !double.TryParse(number[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double value)) throw new FormatException($"invalid size: '{text}'");
        double bytes = value * Math.Pow(1024, power);
        return bytes < long.MaxValue ? (long)bytes : throw new FormatException($"invalid size: '{text}'");
    }

    /// <summary>As <see cref="Parse"/>; -1 is unlimited.</summary>
    public static long ParseOrUnlimited(string text) => text == "-1" ? -1 : Parse(text);
}
