using System.Text.Json.Nodes;
using Gantry.EndToEnd.Daemons;
using Gantry.EndToEnd.Engines;
using Gantry.EndToEnd.Processes;

namespace Gantry.EndToEnd.Builds;

/// <summary>What a build that did not end well must not leave behind.</summary>
internal static class BuildLeftovers
{
    public static async Task NoneAsync(TestDaemon daemon, string where)
    {
        List<string> left = [];
        await Eventually.True(async () =>
        {
            left = [.. daemon.Machine.Processes().Where(process => process != daemon.ProcessId).Select(process => $"process {process}"),
                .. ControlGroups.Below(daemon.CgroupParent), .. Entries($"{daemon.ExecRoot}/builds"),
                .. Entries($"{daemon.DataRoot}/build/tmp"),
                .. Directory.EnumerateFiles(daemon.DataRoot, "*.tmp", SearchOption.AllDirectories),
                .. Directory.EnumerateFiles(daemon.DataRoot, "*.new", SearchOption.AllDirectories),
                .. daemon.Machine.Mounts().Where(mount => !mount.StartsWith($"mount {daemon.DataRoot} ", StringComparison.Ordinal))];
            using ApiClient api = new(daemon.Socket);
            if ((await api.Post("/gantry/check")).Json["Problems"]!.AsArray() is { Count: > 0 } problems) left.Add(problems.ToJsonString());
            if ((await daemon.Machine.Run("ip", "-br", "link")).Output.Contains("veth")) left.Add("an interface");
            return left.Count == 0;
        }, () => $"{where}: nothing is left:\n{string.Join('\n', left)}\n{daemon.Log}");
    }

    private static IEnumerable<string> Entries(string directory) =>
        Directory.Exists(directory) ? Directory.EnumerateFileSystemEntries(directory) : [];
}
