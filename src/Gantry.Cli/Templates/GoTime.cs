using System.Text;
using Gantry.Api.Containers;
using Gantry.Api.Networks;

namespace Gantry.Cli.Templates;

/// <summary>A moment that prints as Go prints times, and is encoded as it came.</summary>
internal sealed class GoTime(string wire) : ITemplateJson
{
    /// <summary>The members that Docker holds as times; all other dates in its descriptions are plain text.</summary>
    public static bool IsTime(Type owner, string member) =>
        (owner == typeof(NetworkInspect) && member == nameof(NetworkInspect.Created))
            || (owner == typeof(HealthcheckResult) && member is nameof(HealthcheckResult.Start) or nameof(HealthcheckResult.End));

    /// <summary>"2026-11-21T10:13:39.400Z" becomes "2026-11-21 10:13:39.4 +0000 UTC"; an offset becomes "+0100 +0100".</summary>
    public override string ToString()
    {
        (string date, string time, string zone) = Split();
        if (zone.Length == 0) return wire;
        string offset = zone.Replace(":", "", StringComparison.Ordinal);
        return zone == "Z" ? $"{date} {time} +0000 UTC" : $"{date} {time} {offset} {offset}";
    }

    public void WriteJson(StringBuilder output)
    {
        (string date, string time, string zone) = Split();
        GoJson.WriteString(output, zone.Length == 0 ? wire : $"{date}T{time}{zone}", escapeHtml: false);
    }

    /// <summary>The time loses the zeros at the end of its fraction.</summary>
    private (string Date, string Time, string Zone) Split()
    {
        int t = wire.IndexOf('T');
        int zone = t < 0 ? -1 : wire.IndexOfAny(['Z', '+', '-'], t);
        if (zone < 0) return (wire, "", "");
        string time = wire[(t + 1)..zone];
        return (wire[..t], time.Contains('.') ? time.TrimEnd('0').TrimEnd('.') : time, wire[zone..]);
    }
}
