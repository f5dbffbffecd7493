using Gantry.Linux.Mounts;

namespace Gantry.Engine.Volumes;

/// <summary>Mounts the file system that a volume's options name: a bind, a tmpfs, an NFS export, a block device.</summary>
/// <remarks>Through <c>mount(8)</c>: it finds the helper that NFS and CIFS need,
/// and understands the options as people write them.</remarks>
internal static class VolumeMount
{
    /// <summary>A server that does not answer is tried for two minutes by mount.nfs itself.</summary>
    private static readonly TimeSpan MountLimit = TimeSpan.FromSeconds(150), UnmountLimit = TimeSpan.FromSeconds(60);

    /// <summary>As mount(8) takes them among the options.</summary>
    private static readonly string[] Propagations =
        ["shared", "rshared", "slave", "rslave", "private", "rprivate", "unbindable", "runbindable"];

    public static async Task MountAsync(Volume volume, CancellationToken cancellation)
    {
        // By the daemon before us, which may have died before the second step.
        if (IsMounted(volume.Mountpoint))
        {
            PartFromSource(volume);
            return;
        }
        volume.Options.TryGetValue("type", out string? type);
        volume.Options.TryGetValue("device", out string? device);
        volume.Options.TryGetValue("o", out string? options);
        List<string> arguments = [];
        if (type is not (null or "none")) arguments.AddRange(["-t", type]);
        if (!string.IsNullOrEmpty(options)) arguments.AddRange(["-o", options]);
        arguments.AddRange(["--", device ?? "none", volume.Mountpoint]);
        Subprocess.Result result = await RunAsync(volume, MountLimit, "mount", arguments, cancellation);
        if (result.ExitCode != 0)
            throw GantryException.Internal($"failed to mount local volume {volume.Name}: mount {device}:{volume.Mountpoint}, type: "
                + $"{type}, data: {options}: {result.Error.Trim()}");
        PartFromSource(volume);
    }

    /// <summary>A bind is a peer of what it was made from, where that is shared, as all of the host is under systemd. As a slave it gets
    /// what is mounted and unmounted there, and nothing goes the other way; unless the options ask for another propagation.</summary>
    private static void PartFromSource(Volume volume)
    {
        if (volume.Options.TryGetValue("o", out string? options) && options.Split(',').Any(Propagations.Contains)) return;
        if (IsShared(volume.Mountpoint)) Mount.SetPropagation(volume.Mountpoint, MountFlags.Slave | MountFlags.Recursive);
    }

    public static async Task UnmountAsync(Volume volume)
    {
        if (!IsMounted(volume.Mountpoint)) return;
        // What is mounted below goes with it, and would go from all peers too: from the host's own directory. Only where it may have some:
        // this asks the file system, and a server may be gone.
        if (IsShared(volume.Mountpoint)) Mount.SetPropagation(volume.Mountpoint, MountFlags.Private | MountFlags.Recursive);
        // Lazy: a process elsewhere that looks into the directory must not keep the container from ending.
        Subprocess.Result result = await RunAsync(volume, UnmountLimit, "umount", ["-l", "--", volume.Mountpoint], CancellationToken.None);
        if (result.ExitCode != 0) throw GantryException.Internal($"unmount volume {volume.Name}: {result.Error.Trim()}");
    }

    private static async Task<Subprocess.Result> RunAsync(Volume volume, TimeSpan time, string program, IReadOnlyList<string> arguments,
        CancellationToken cancellation)
    {
        try
        {
            return await Subprocess.RunAsync(program, arguments, limit: time, cancellation: cancellation);
        }
        catch (GantryException e)
        {
            throw GantryException.Internal($"volume {volume.Name}: {program} {volume.Mountpoint}: {e.Message}", e);
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw GantryException.Internal($"volume {volume.Name}: cannot run {program}: {e.Message}", e);
        }
    }

    /// <returns>A mount point at or below <paramref name="path"/>, or null.</returns>
    public static string? FindBelow(string path) => At(path).FirstOrDefault()?.Place;

    /// <summary>Whether the mount, or one below it, may have peers elsewhere.</summary>
    private static bool IsShared(string path) => At(path).Any(mount => mount.IsShared);

    private static IEnumerable<MountEntry> At(string path) =>
        MountTable.Own().Where(mount => mount.Place == path || mount.Place.StartsWith(path + "/", StringComparison.Ordinal));

    private static bool IsMounted(string path) => MountTable.Own().Any(mount => mount.Place == path);
}
