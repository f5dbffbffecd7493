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
        if (Ago(text) is { } ago) return time.GetUtcNow() - ago;
        if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset when)) return when;
        throw GantryException.Invalid($"invalid filter 'until=[{text}]'");
    }

    private static TimeSpan? Ago(string text)
    {
        TimeSpan total = TimeSpan.Zero;
        for (int i = 0; i < text.Length;)
        {
            int start = i;
            while (i < text.Length && (char.IsAsciiDigit(text[i]) || text[i] == '.')) i++;
            if (i == text.Length || !double.TryParse(text.AsSpan(start, i - start), CultureInfo.InvariantCulture, out double number)) return null;
            int unit = i;
            while (i < text.Length && char.IsAsciiLetter(text[i])) i++;
            TimeSpan? part = text[unit..i] switch { "h" => TimeSpan.FromHours(number), "m" => TimeSpan.FromMinutes(number), "s" => TimeSpan.FromSeconds(number), "ms" => TimeSpan.FromMilliseconds(number), _ => null };
            if (part is null) return null;
            total += part.Value;
        }
        return text.Length > 0 ? total : null;
    }
}
