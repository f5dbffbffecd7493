using System.Globalization;

namespace Gantry.Daemon.Http;

/// <summary>Points in time as <c>since</c> and <c>until</c> have them.</summary>
internal static class Timestamp
{
    public static DateTimeOffset? Parse(string key, string text)
    {
        if (TrySeconds(text, out DateTimeOffset? at)) return at;
        if (Duration.TryParse(text, out TimeSpan back)) return DateTimeOffset.UtcNow - back;
        if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeLocal, out DateTimeOffset date)) return date;
        throw GantryException.Invalid(
            $"invalid value for {key}: \"{text}\" is neither seconds since 1970, nor an RFC 3339 time, nor a duration");
    }

    /// <remarks>Read as text: a double would lose the nanoseconds that clients send back to us.</remarks>
    private static bool TrySeconds(string text, out DateTimeOffset? at)
    {
        at = null;
        int dot = text.IndexOf('.');
        string whole = dot < 0 ? text : text[..dot], fraction = dot < 0 ? "" : text[(dot + 1)..];
        if (!long.TryParse(whole, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long seconds)) return false;
        if (fraction.AsSpan().ContainsAnyExceptInRange('0', '9') || Math.Abs(seconds) > 253_402_300_799) return false;
        long ticks = fraction.Length == 0 ? 0 : long.Parse(fraction.PadRight(7, '0')[..7], CultureInfo.InvariantCulture);
        if (seconds != 0 || ticks != 0) at = DateTimeOffset.FromUnixTimeSeconds(seconds).AddTicks(seconds < 0 ? -ticks : ticks);
        return true;
    }
}
