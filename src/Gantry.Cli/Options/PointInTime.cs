using System.Globalization;
using Gantry.Cli.CommandLine;

namespace Gantry.Cli.Options;

/// <summary>The <c>--since</c> and <c>--until</c> of logs and events: seconds since 1970, a date with or without time and zone, or a
/// duration back from now.</summary>
internal static class PointInTime
{
    private static readonly string[] LocalForms = ["yyyy-MM-dd'T'HH:mm:ss", "yyyy-MM-dd'T'HH:mm", "yyyy-MM-dd'T'HH", "yyyy-MM-dd"];
    private static readonly string[] ZonedForms = ["yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mmK", "yyyy-MM-ddK"];

    /// <returns>Seconds since 1970 with nine decimals; empty for an empty text.</returns>
    public static string Parse(string text, DateTimeOffset now)
    {
        if (text.Length == 0 || IsSeconds(text)) return text;
        if (TryDuration(text, out long back)) return Format(now.AddTicks(-back / 100), 0);
        (string whole, int nanoseconds) = SplitFraction(text);
        const DateTimeStyles Utc = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        if (whole.AsSpan(Math.Min(10, whole.Length)).ContainsAny("Z+-")
            && DateTimeOffset.TryParseExact(whole, ZonedForms, CultureInfo.InvariantCulture, Utc, out DateTimeOffset zoned))
            return Format(zoned, nanoseconds);
        if (DateTimeOffset.TryParseExact(whole, LocalForms, CultureInfo.InvariantCulture, DateTimeStyles.AssumeLocal,
            out DateTimeOffset local)) return Format(local, nanoseconds);
        throw new CliException($"failed to parse value as time or duration: \"{text}\"");
    }

    private static bool IsSeconds(string text) =>
        decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out _) && !text.StartsWith('.');

    private static bool TryDuration(string text, out long nanoseconds)
    {
        nanoseconds = 0;
        if (text.Contains('T') || (text.Length > 4 && text[4] == '-')) return false;
        try
        {
            nanoseconds = Duration.Nanoseconds(text);
            return true;
        }
        catch (FormatException)
        {
            return false;
        }
    }

    /// <summary>Log stamps have nine decimals, .NET's own parser takes seven.</summary>
    private static (string Whole, int Nanoseconds) SplitFraction(string text)
    {
        int point = text.IndexOf('.');
        if (point < 0) return (text, 0);
        int end = point + 1;
        while (end < text.Length && char.IsAsciiDigit(text[end])) end++;
        string digits = text[(point + 1)..end];
        return digits.Length is 0 or > 9 ? (text, 0)
            : (text.Remove(point, end - point), int.Parse(digits.PadRight(9, '0'), CultureInfo.InvariantCulture));
    }

    private static string Format(DateTimeOffset time, int nanoseconds)
    {
        long ticks = time.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks;
        string fraction = (ticks % TimeSpan.TicksPerSecond * 100 + nanoseconds).ToString("D9", CultureInfo.InvariantCulture);
        return $"{ticks / TimeSpan.TicksPerSecond}.{fraction}";
    }
}
