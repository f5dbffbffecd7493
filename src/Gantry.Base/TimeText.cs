using System.Globalization;

namespace Gantry;

/// <summary>Points in time as people and clients write them for <c>since</c>, <c>until</c> and their like: seconds since 1970 with or
/// without a fraction, how long ago, or a date.</summary>
public static class TimeText
{
    /// <summary>Of the years 1 and 9999.</summary>
    private const long FirstSecond = -62_135_596_800, LastSecond = 253_402_300_799;
    /// <summary>A second has so many digits behind its point here.</summary>
    private const int FractionDigits = 7;

    /// <param name="now">From where a duration goes back.</param>
    /// <returns>Null for what is none of these.</returns>
    public static DateTimeOffset? Parse(string text, DateTimeOffset now)
    {
        if (Seconds(text) is { } at) return at;
        if (Duration.TryParse(text, out TimeSpan back)) return now - back;
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeLocal, out DateTimeOffset date) ? date
            : null;
    }

    /// <remarks>Read as text: a double would lose the nanoseconds that clients send back to us.</remarks>
    private static DateTimeOffset? Seconds(string text)
    {
        int dot = text.IndexOf('.');
        string whole = dot < 0 ? text : text[..dot], fraction = dot < 0 ? "" : text[(dot + 1)..];
        if (!long.TryParse(whole, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long seconds)) return null;
        if (fraction.AsSpan().ContainsAnyExceptInRange('0', '9') || seconds is > LastSecond or <= FirstSecond) return null;
        long ticks = fraction.Length == 0 ? 0
            : long.Parse(fraction.PadRight(FractionDigits, '0')[..FractionDigits], CultureInfo.InvariantCulture);
        return DateTimeOffset.FromUnixTimeSeconds(seconds).AddTicks(seconds < 0 ? -ticks : ticks);
    }
}
