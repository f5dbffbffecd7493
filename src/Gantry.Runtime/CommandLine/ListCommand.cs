using System.Text;
using System.Text.Json;
using Gantry.Runtime.Containers;

namespace Gantry.Runtime.CommandLine;

internal static class ListCommand
{
    public static Command Command =>
        new("list", "", "show the containers of this --root", Run, "format|f=FORMAT  table (default) or json", "quiet|q  the IDs alone");

    private static int Run(GlobalOptions global, OptionParser options)
    {
        List<ContainerListEntry> entries = Read(global);
        if (options.Has("quiet")) return RuntimeCommand.Show(string.Concat(entries.Select(static e => e.Id + "\n")));
        return options["format"] switch
        {
            "json" => RuntimeCommand.Show(JsonSerializer.Serialize(entries, StateJson.Default.ListContainerListEntry) + "\n"),
            null or "table" => RuntimeCommand.Show(Table(entries)),
            _ => throw GantryException.Invalid("invalid format option"),
        };
    }

    private static List<ContainerListEntry> Read(GlobalOptions global)
    {
        List<ContainerListEntry> entries = [];
        foreach (string id in ContainerState.Ids(global.Root)) entries.Add(ContainerState.Load(global.Root, id).Listed(global.Root));
        return entries;
    }

    private static string Table(List<ContainerListEntry> entries)
    {
        string[][] rows =
        [
            ["ID", "PID", "STATUS", "BUNDLE", "CREATED", "OWNER"],
            .. entries.Select(static e =>
                new[] { e.Id, e.Pid.ToString(), e.Status, e.Bundle, e.Created.ToString("yyyy-MM-ddTHH:mm:ss.fffffffZ"), e.Owner }),
        ];
        int[] widths = [.. Enumerable.Range(0, rows[0].Length).Select(column => rows.Max(row => row[column].Length))];
        StringBuilder text = new();
        foreach (string[] row in rows) text.AppendJoin("   ", row.Select((cell, column) => cell.PadRight(widths[column]))).Append('\n');
        return text.ToString();
    }
}
