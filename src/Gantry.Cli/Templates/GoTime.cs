using System.Text;
using Gantry.Api;

namespace Gantry.Cli.Templates;

/// <summary>A moment that prints as Go prints times, and is encoded as it came.</summary>
internal sealed class GoTime(string wire) : ITemplateJson
{
    /// <summary>The members that Docker holds as times; all other dates in its descriptions are plain text.</summary>
    public static bool IsTime(Type owner, string member) =>
        (owner == typeof(NetworkInspect) && member == nameof(NetworkInspect.Created)) || (owner == typeof(HealthcheckResult) && member is nameof(HealthcheckResult.Start) or nameof(HealthcheckResult.End));

    /// <summary>"2026-11-21T10:13:39.4Z" becomes "2026-11-21 10:13:39.4 +0000 UTC"; an offset becomes "+0100 +0100".</summary>
    public override string ToString()
    {
        int t = wire.IndexOf('T');
        if (t < 0) return wire;
        string date = wire[..t], time = wire[(t + 1)..];
        if (time.EndsWith('Z')) return $"{date} {time[..^1]} +0000 UTC";
        int sign = time.LastIndexOfAny(['+', '-']);
        if (sign < 0) return wire;
        string offset = time[sign..].Replace(":", "", StringComparison.Ordinal);
        return $"{date} {time[..sign]} {offset} {offset}";
    }

    public void WriteJson(StringBuilder output) => GoJson.WriteString(output, wire, escapeHtml: false);
}
