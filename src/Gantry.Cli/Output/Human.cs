using System.Globalization;
using Gantry.Cli.Options;

namespace Gantry.Cli.Output;

/// <summary>Durations and sizes in the words and units of docker's tables.</summary>
internal static class Human
{
    public static string Duration(TimeSpan span)
    {
        var seconds = (long)span.TotalSeconds;
        var minutes = (long)span.TotalMinutes;
        var hours = (long)(span.TotalHours + 0.5);
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
            _ => $"{(long)span.TotalHours / 24 / 365} years",
        };
    }

    /// <summary>"3 minutes ago"; "N/A" stands for a time that was never set.</summary>
    public static string Ago(DateTimeOffset then, DateTimeOffset now) => Duration(now - then) + " ago";

    /// <summary>Decimal units, as in "1.98MB".</summary>
    /// <param name="bytes">The size.</param>
    /// <param name="digits">How many digits count.</param>
    public static string Size(double bytes, int digits = 4) =>
        WithUnit(bytes, 1000, digits, ["B", "kB", "MB", "GB", "TB", "PB", "EB", "ZB", "YB"]);

    /// <summary>Binary units, as in "23.54GiB".</summary>
    public static string BinarySize(double bytes) =>
        WithUnit(bytes, 1024, 4, ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB", "ZiB", "YiB"]);

    private static string WithUnit(double size, double step, int digits, ReadOnlySpan<string> units)
    {
        var unit = 0;
        while (size >= step && unit < units.Length - 1)
        {
            size /= step;
            unit++;
        }
        return Templates.GoFormat.Format("%." + digits.ToString(CultureInfo.InvariantCulture) + "g", [size]) + units[unit];
    }

    /// <summary>A Go time's text in UTC without fractions: "2026-11-21 10:14:48 +0000 UTC".</summary>
    public static string Timestamp(DateTimeOffset time) => time.ToLocalTime() is var local
        ? local.ToString("yyyy-MM-dd HH:mm:ss ", CultureInfo.InvariantCulture) + Zone(local)
        : "";

    private static string Zone(DateTimeOffset local)
    {
        var offset = (local.Offset < TimeSpan.Zero ? "-" : "+") + local.Offset.ToString("hhmm", CultureInfo.InvariantCulture);
        return local.Offset == TimeSpan.Zero ? offset + " UTC" : offset + " " + offset;
    }
}
