using System.Globalization;

namespace Gantry.Cli;

/// <summary>The <c>--since</c> and <c>--until</c> of logs and events: seconds since 1970, a date with or without time and zone, or a duration back from now.</summary>
internal static class PointInTime
{
    private static readonly string[] LocalForms = ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFF", "yyyy-MM-dd'T'HH:mm", "yyyy-MM-dd'T'HH", "yyyy-MM-dd"];
    private static readonly string[] ZonedForms = ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd'T'HH:mmK", "yyyy-MM-ddK"];

    /// <returns>Seconds since 1970 with nine decimals; empty for an empty text.</returns>
    public static string Parse(string text, DateTimeOffset now)
    {
        if (text.Length == 0 || IsSeconds(text)) return text;
        if (TryDuration(text, out long nanoseconds)) return Format(now.AddTicks(-nanoseconds / 100));
        const DateTimeStyles Utc = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        if (text.AsSpan(Math.Min(10, text.Length)).ContainsAny("Z+-") && DateTimeOffset.TryParseExact(text, ZonedForms, CultureInfo.InvariantCulture, Utc, out DateTimeOffset zoned)) return Format(zoned);
        if (DateTimeOffset.TryParseExact(text, LocalForms, CultureInfo.InvariantCulture, DateTimeStyles.AssumeLocal, out DateTimeOffset local)) return Format(local);
        throw new CliException($"failed to parse value as time or duration: \"{text}\"");
    }

    private static bool IsSeconds(string text) => decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out _) && !text.StartsWith('.');

    private static bool TryDuration(string text, out long nanoseconds)
    {
        nanoseconds = 0;
        if (text.Contains('T') || (text.Length > 4 && text[4] == '-')) return false;
        try
        {
            nanoseconds = GoDuration.Parse(text);
            return true;
        }
        catch (FormatException)
        {
            return false;
        }
    }

    private static string Format(DateTimeOffset time)
    {
        long ticks = time.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks;
        return $"{ticks / TimeSpan.TicksPerSecond}.{(ticks % TimeSpan.TicksPerSecond * 100).ToString("D9", CultureInfo.InvariantCulture)}";
    }
}
