using System.Globalization;
using Gantry.Cli.Options;

namespace Gantry.Cli.Output;

/// <summary>Times in the words of docker's tables.</summary>
internal static class Human
{
    /// <summary>"3 minutes ago"; "N/A" stands for a time that was never set.</summary>
    public static string Ago(DateTimeOffset then, DateTimeOffset now) => Gantry.Duration.Words(now - then) + " ago";

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
