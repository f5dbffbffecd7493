using System.Text;
using Gantry.Api.Builds;
using Gantry.Cli.Output;

namespace Gantry.Cli.Builds.Calls;

/// <summary>Shows what a Dockerfile can be asked for and given, in buildx' tables.</summary>
internal static class OutlineOutput
{
    private const int Padding = 3;

    public static string Outline(BuildOutline outline)
    {
        StringBuilder text = new();
        string name = outline.Name ?? "default";
        if (outline.Name is not null || outline.Description is not null)
            text.Append(Table(outline.Description is { } said ? [["TARGET:", name], ["DESCRIPTION:", said]] : [["TARGET:", name]]));
        AddTable(text, ["BUILD ARG", "VALUE", "DESCRIPTION"], outline.Args, item => [item.Name, item.Value ?? "", item.Description ?? ""]);
        AddTable(text, ["SECRET", "REQUIRED"], outline.Secrets, Needed);
        AddTable(text, ["SSH", "REQUIRED"], outline.Ssh, Needed);
        return text.ToString();
    }

    public static string Targets(BuildTargets targets) => Table(
    [
        ["TARGET", "DESCRIPTION"],
        .. targets.Targets.Select(target => new[]
        {
            target.Default ? $"{target.Name} (default)".TrimStart() : target.Name ?? "", target.Description ?? "",
        }),
    ]);

    private static string[] Needed(BuildOutlineItem item) => [item.Name, item.Required ? "true" : ""];

    private static void AddTable(StringBuilder text, string[] head, List<BuildOutlineItem>? items, Func<BuildOutlineItem, string[]> row)
    {
        if (items is not { Count: > 0 }) return;
        if (text.Length > 0) text.Append('\n');
        text.Append(Table([head, .. items.Select(row)]));
    }

    /// <summary>A Dockerfile does not move the cursor of the terminal that it is shown on.</summary>
    private static string Table(IEnumerable<string[]> rows) =>
        TabWriter.Align(string.Concat(rows.Select(row => string.Join('\t', row.Select(Progress.CellText.Plain)) + "\n")), 0, Padding);
}
