namespace Gantry;

/// <summary>Durations as Docker's users write and read them: Go's <c>time.ParseDuration</c> (<c>24h</c>, <c>1h30m</c>, <c>1.5s</c>,
/// <c>-100ms</c>), and the words of a listing.</summary>
public static class Duration
{
    private const long Microsecond = 1000, Millisecond = 1_000_000, Second = 1_000_000_000, Minute = 60 * Second, Hour = 60 * Minute;

    /// <returns>False for what is none, and for one of more than 292 years. It may be below zero.</returns>
    public static bool TryParse(string text, out TimeSpan duration)
    {
        bool valid = Read(text, out long nanoseconds) is null;
        duration = TimeSpan.FromTicks(nanoseconds / TimeSpan.NanosecondsPerTick);
        return valid;
    }

    /// <returns>Nanoseconds.</returns>
    /// <exception cref="FormatException">In Go's words.</exception>
    public static long Nanoseconds(string text) =>
        Read(text, out long nanoseconds) is { } wrong ? throw new FormatException(wrong) : nanoseconds;

    /// <summary>In one unit, rounded down but for hours, as people have read it in listings for years.</summary>
    public static string Words(TimeSpan time)
    {
        long seconds = (long)time.TotalSeconds, minutes = (long)time.TotalMinutes;
        long hours = (long)Math.Round(time.TotalHours, MidpointRounding.AwayFromZero);
        return seconds switch
        {
            < 1 => "Less than a second",
            1 => "1 second",
            < 60 => $"{seconds} seconds",
            _ when minutes == 1 => "About a minute",
            _ when minutes < 60 => $"{minutes} minutes",
            _ when hours == 1 => "About an hour",
            _ when hours < 48 => $"{hours} hours",
            _ when hours < 24 * 7 * 2 => $"{hours / 24} days",
            _ when hours < 24 * 30 * 2 => $"{hours / 24 / 7} weeks",
            _ when hours < 24 * 365 * 2 => $"{hours / 24 / 30} months",
            _ => $"{(long)time.TotalHours / 24 / 365} years",
        };
    }

    /// <returns>What is wrong with it.</returns>
    private static string? Read(string text, out long nanoseconds)
    {
        nanoseconds = 0;
        string invalid = $"time: invalid duration {GoQuote.Quote(text)}";
        ReadOnlySpan<char> rest = text.StartsWith('-') || text.StartsWith('+') ? text.AsSpan(1) : text;
        if (rest is "0") return null;
        if (rest.IsEmpty) return invalid;
        decimal total = 0;
        while (!rest.IsEmpty)
        {
            ReadOnlySpan<char> number = Take(ref rest, static c => char.IsAsciiDigit(c)), fraction = default;
            if (rest.StartsWith("."))
            {
                rest = rest[1..];
                fraction = Take(ref rest, static c => char.IsAsciiDigit(c));
            }
            if (number.IsEmpty && fraction.IsEmpty) return invalid;
            ReadOnlySpan<char> name = Take(ref rest, static c => !char.IsAsciiDigit(c) && c != '.');
            if (name.IsEmpty) return $"time: missing unit in duration {GoQuote.Quote(text)}";
            if (UnitOf(name) is not { } unit)
                return $"time: unknown unit {GoQuote.Quote(name.ToString())} in duration {GoQuote.Quote(text)}";
            // The product of more is beyond what is reckoned with here.
            if (number.TrimStart('0').Length > 19 || Whole(number) > long.MaxValue / unit) return invalid;
            total += Whole(number) * unit + decimal.Truncate(Whole(fraction[..Math.Min(fraction.Length, 15)]) * unit / Scale(fraction));
            if (total > long.MaxValue) return invalid;
        }
        nanoseconds = text.StartsWith('-') ? -(long)total : (long)total;
        return null;
    }

    private static decimal Whole(ReadOnlySpan<char> digits)
    {
        decimal value = 0;
        foreach (char digit in digits.TrimStart('0')) value = value * 10 + (digit - '0');
        return value;
    }

    private static decimal Scale(ReadOnlySpan<char> fraction)
    {
        decimal scale = 1;
        for (int i = 0; i < Math.Min(fraction.Length, 15); i++) scale *= 10;
        return scale;
    }

    private static ReadOnlySpan<char> Take(scoped ref ReadOnlySpan<char> rest, Func<char, bool> which)
    {
        int length = 0;
        while (length < rest.Length && which(rest[length])) length++;
        ReadOnlySpan<char> taken = rest[..length];
        rest = rest[length..];
        return taken;
    }

    private static long? UnitOf(ReadOnlySpan<char> name) => name switch
    {
        "ns" => 1,
        // U+00B5 and U+03BC.
        "us" or "µs" or "μs" => Microsecond,
        "ms" => Millisecond,
        "s" => Second,
        "m" => Minute,
        "h" => Hour,
        _ => null,
    };
}
