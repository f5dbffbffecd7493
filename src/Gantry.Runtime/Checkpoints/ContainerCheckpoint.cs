using System.Globalization;
using Gantry.Linux.Files;
using Gantry.Linux.Mounts;
using Gantry.Oci.Runtime;
using Gantry.Runtime.Containers;

namespace Gantry.Runtime.Checkpoints;

/// <summary>Writes a running container down.</summary>
internal static class ContainerCheckpoint
{
    /// <param name="action">dump, or pre-dump for memory alone.</param>
    /// <exception cref="GantryException">It does not run, or has what cannot be written down.</exception>
    public static void Run(Criu criu, string action, ContainerState state, OciSpec spec, string images, List<string> options)
    {
        if (spec.Process?.Terminal == true) throw GantryException.Unsupported("a container with a terminal cannot be checkpointed: the terminal's other side is outside of it");
        options.AddRange(["-t", state.Pid.ToString(CultureInfo.InvariantCulture), "--root", state.Rootfs]);
        if (state.Cgroup().FreezerDirectory is { } freezer) options.AddRange(["--freeze-cgroup", freezer]);
        CheckpointRecord record = new(state.CgroupPath, [.. Enumerable.Range(0, 3).Select(number => Stream(state.Pid, number))], ForeignMounts.Of(state.Pid, spec));
        foreach (string place in record.Mounts) options.AddRange(["--external", $"mnt[{place}]:{place}"]);
        foreach (string file in record.Streams.Where(static stream => stream.StartsWith("file[", StringComparison.Ordinal)).Distinct()) options.AddRange(["--external", file]);
        criu.Run(action, options, []);
        record.Write(images);
    }

    // CRIU keeps the pipe's number, and a restore puts another in its place. A file of the host's is known by its mount and inode.
    private static string Stream(int pid, int number)
    {
        string path = $"/proc/{pid}/fd/{number}", link = File.Exists(path) ? LinuxFile.ReadLink(path) : "";
        if (!link.StartsWith('/')) return link;
        string line = LinuxFile.ReadText($"/proc/{pid}/fdinfo/{number}").Split('\n').First(static line => line.StartsWith("mnt_id:", StringComparison.Ordinal));
        int mount = int.Parse(line[7..].Trim(), CultureInfo.InvariantCulture);
        bool inside = MountTable.Of(pid).Any(entry => entry.Id == mount);
        return inside || FileIdentity.Of(path) is not { } file ? "" : $"file[{mount:x}:{file.Inode:x}]";
    }
}
