using System.Globalization;

namespace Gantry;

/// <summary>Durations as Docker's users write them: <c>24h</c>, <c>1h30m</c>, <c>1.5s</c>, <c>100ms</c>.</summary>
public static class Duration
{
    /// <returns>False for what is none, and for what is longer than anybody lives.</returns>
    public static bool TryParse(string text, out TimeSpan duration)
    {
        duration = default;
        if (text.Length == 0) return false;
        double seconds = 0;
        for (int at = 0; at < text.Length;)
        {
            int start = at;
            while (at < text.Length && (char.IsAsciiDigit(text[at]) || text[at] == '.')) at++;
            if (!double.TryParse(text.AsSpan(start, at - start), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture,
                out double value)) return false;
            start = at;
            while (at < text.Length && char.IsAsciiLetter(text[at])) at++;
            double? unit = text[start..at] switch { "h" => 3600, "m" => 60, "s" => 1, "ms" => 1e-3, "us" => 1e-6, "ns" => 1e-9, _ => null };
            if (unit is null) return false;
            seconds += value * unit.Value;
        }
        if (seconds > TimeSpan.MaxValue.TotalSeconds / 2) return false;
        duration = TimeSpan.FromSeconds(seconds);
        return true;
    }
}
