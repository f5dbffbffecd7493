using System.Globalization;
using Gantry.Linux.Files;
using Gantry.Linux.Mounts;
using Gantry.Oci.Runtime;
using Gantry.Runtime.Containers;

namespace Gantry.Runtime.Checkpoints;

/// <summary>Writes a running container down.</summary>
internal static class ContainerCheckpoint
{
    /// <param name="action">A dump, or one of memory alone that comes before it.</param>
    /// <exception cref="GantryException">It does not run, or has what cannot be written down.</exception>
    public static void Run(Criu criu, Criu.Action action, ContainerState state, OciSpec spec, string images, CriuOptions options)
    {
        options.SetProcess(state.Pid);
        options.SetRoot(state.Rootfs);
        if (state.Cgroup().FreezerDirectory is { } freezer) options.SetFreezer(freezer);
        CheckpointRecord record = new(state.CgroupPath, [.. Enumerable.Range(0, 3).Select(number => Stream(state.Pid, number))],
            ForeignMounts.Of(state.Pid, spec));
        foreach (string place in record.Mounts) options.AddExternal($"mnt[{place}]:{place}");
        List<string> files = [.. record.Streams.Where(static stream => stream.StartsWith("file[", StringComparison.Ordinal)).Distinct()];
        if (spec.Process?.Terminal == true)
        {
            if (files.Count > 0)
                throw GantryException.Unsupported("the container has no devpts: a terminal of the host's cannot be checkpointed");
            options.Set(CriuFlag.OrphanedTerminals);
        }
        files.ForEach(options.AddExternal);
        criu.Run(action, options);
        record.Write(images);
    }

    // CRIU keeps the pipe's number, and a restore puts another in its place. A file of the host's is known by its mount and inode.
    private static string Stream(int pid, int number)
    {
        string path = $"/proc/{pid}/fd/{number}", link = File.Exists(path) ? LinuxFile.ReadLink(path) : "";
        if (!link.StartsWith('/')) return link;
        string line = LinuxFile.ReadText($"/proc/{pid}/fdinfo/{number}").Split('\n')
            .First(static line => line.StartsWith("mnt_id:", StringComparison.Ordinal));
        int mount = int.Parse(line[7..].Trim(), CultureInfo.InvariantCulture);
        bool inside = MountTable.Of(pid).Any(entry => entry.Id == mount);
        return inside || FileIdentity.Of(path) is not { } file ? "" : $"file[{mount:x}:{file.Inode:x}]";
    }
}
