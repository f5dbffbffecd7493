using System.Globalization;

namespace Gantry.Api.Json;

/// <summary>Times as the API writes them: RFC 3339 in UTC, fractions without trailing zeros.</summary>
public static class WireTime
{
    /// <summary>The zero time: never started, never tagged.</summary>
    public const string Never = "0001-01-01T00:00:00Z";

    public static string Format(DateTimeOffset time) =>
        time == default ? Never : time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture);

    /// <summary>Reads up to nanoseconds, which are cut to the 100 ns that .NET keeps.</summary>
    public static bool TryParse(string text, out DateTimeOffset time)
    {
        int dot = text.IndexOf('.');
        if (dot > 0)
        {
            int end = dot + 1;
            while (end < text.Length && char.IsAsciiDigit(text[end])) end++;
            if (end - dot > 8) text = string.Concat(text.AsSpan(0, dot + 8), text.AsSpan(end));
        }
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out time);
    }
}
