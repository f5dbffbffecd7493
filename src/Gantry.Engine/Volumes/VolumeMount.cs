using Gantry.Linux.Mounts;

namespace Gantry.Engine.Volumes;

/// <summary>Mounts the file system that a volume's options name: a bind, a tmpfs, an NFS export, a block device.</summary>
/// <remarks>Through <c>mount(8)</c>: it finds the helper that NFS and CIFS need,
/// and understands the options as people write them.</remarks>
internal static class VolumeMount
{
    /// <summary>A server that does not answer is tried for two minutes by mount.nfs itself.</summary>
    private static readonly TimeSpan MountLimit = TimeSpan.FromSeconds(150), UnmountLimit = TimeSpan.FromSeconds(60);

    public static async Task MountAsync(Volume volume, CancellationToken cancellation)
    {
        if (IsMounted(volume.Mountpoint)) return; // By the daemon before us.
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
    }

    public static async Task UnmountAsync(Volume volume)
    {
        if (!IsMounted(volume.Mountpoint)) return;
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
    public static string? FindBelow(string path) =>
        MountTable.Own()
            .FirstOrDefault(mount => mount.Place == path || mount.Place.StartsWith(path + "/", StringComparison.Ordinal))?.Place;

    private static bool IsMounted(string path) => MountTable.Own().Any(mount => mount.Place == path);
}
