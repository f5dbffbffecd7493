using System.Globalization;

namespace Gantry.Engine.Images;

/// <summary>The filter <c>until</c>: a time, seconds since 1970, or how long ago (<c>24h</c>, <c>10m</c>).</summary>
internal static class ImageUntil
{
    public static DateTimeOffset? Parse(IReadOnlyDictionary<string, IReadOnlyList<string>> filters, TimeProvider time)
    {
        if (!filters.TryGetValue("until", out IReadOnlyList<string>? values) || values.Count == 0) return null;
        if (values.Count > 1) throw GantryException.Invalid("more than one until filter specified");
        string text = values[0];
        if (double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double seconds)) return DateTimeOffset.UnixEpoch.AddSeconds(seconds);
        if (Duration.TryParse(text, out TimeSpan ago)) return time.GetUtcNow() - ago;
        if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset when)) return when;
        throw GantryException.Invalid($"invalid filter 'until=[{text}]'");
    }
}
