using Gantry.EndToEnd.Daemons;

namespace Gantry.EndToEnd.Leftovers;

/// <summary>All that a daemon can leave behind on a machine, as lines to compare.</summary>
public static class Snapshot
{
    public static async Task<IReadOnlyList<string>> Take(TestDaemon daemon)
    {
        List<string> lines = [];
        lines.AddRange(daemon.Machine.Mounts());
        lines.AddRange((await File.ReadAllLinesAsync("/proc/self/mountinfo")).Where(l => l.Contains(daemon.Root))
            .Select(l => "host mount " + l));
        lines.AddRange(ControlGroups.Below(daemon.CgroupParent).Select(d => $"cgroup {d}"));
        // Without addresses and states, which change by themselves.
        lines.AddRange((await daemon.Machine.Run("ip", "-o", "link")).Succeeded().Split('\n').Select(l => "link " + l.Split(' ')[1]));
        lines.AddRange((await daemon.Machine.Run("ip", "-4", "route")).Succeeded().Split('\n')
            .Select(l => "route " + l.Replace(" linkdown", "")));
        lines.AddRange((await daemon.Machine.Run("nft", "-s", "list", "ruleset")).Output.Split('\n').Select(l => "nft " + l.Trim()));
        lines.AddRange((await daemon.Machine.Run("ss", "-Hlntu")).Output.Split('\n')
            .Select(l => "listens " + string.Join(' ', l.Split(' ', StringSplitOptions.RemoveEmptyEntries))));
        lines.AddRange(daemon.Machine.Processes().Select(NameOf).Select(n => $"process {n}"));
        foreach (string root in new[] { daemon.DataRoot, daemon.ExecRoot })
        {
            lines.AddRange(Directory.EnumerateFileSystemEntries(root, "*",
                new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = true,
                    AttributesToSkip = FileAttributes.ReparsePoint }).Select(p => $"path {p}"));
        }
        return [.. lines.Distinct().Order(StringComparer.Ordinal)];
    }

    private static string NameOf(int process)
    {
        try
        {
            return File.ReadAllText($"/proc/{process}/comm").Trim();
        }
        catch (IOException)
        {
            return "ended";
        }
    }
}
