using System.Globalization;

namespace Gantry.Cli.Options;

/// <summary>Durations as people write them: <c>1h30m</c>, <c>1.5s</c>, <c>500ms</c>.</summary>
internal static class GoDuration
{
    /// <returns>Nanoseconds.</returns>
    public static long Parse(string text)
    {
        ReadOnlySpan<char> rest = text.AsSpan().TrimStart("+-");
        bool negative = text.StartsWith('-');
        if (rest.SequenceEqual("0")) return 0;
        double total = 0;
        if (rest.IsEmpty || text.Length - rest.Length > 1) throw Invalid(text);
        while (!rest.IsEmpty)
        {
            int digits = 0;
            while (digits < rest.Length && (char.IsAsciiDigit(rest[digits]) || rest[digits] == '.')) digits++;
            if (!double.TryParse(rest[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double value))
                throw Invalid(text);
            rest = rest[digits..];
            int letters = 0;
            while (letters < rest.Length && !char.IsAsciiDigit(rest[letters]) && rest[letters] != '.') letters++;
            if (letters == 0) throw new FormatException($"time: missing unit in duration \"{text}\"");
            total += value * UnitOf(rest[..letters], text);
            rest = rest[letters..];
        }
        return total < long.MaxValue ? (long)(negative ? -total : total) : throw Invalid(text);
    }

    private static double UnitOf(ReadOnlySpan<char> unit, string text) => unit switch
    {
        "ns" => 1,
        "us" or "µs" or "μs" => 1e3,
        "ms" => 1e6,
        "s" => 1e9,
        "m" => 60e9,
        "h" => 3600e9,
        _ => throw new FormatException($"time: unknown unit \"{unit}\" in duration \"{text}\""),
    };

    private static FormatException Invalid(string text) => new($"time: invalid duration \"{text}\"");
}
