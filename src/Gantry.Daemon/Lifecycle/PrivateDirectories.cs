using Gantry.Linux.Trees;

namespace Gantry.Daemon.Lifecycle;

/// <summary>
/// The engine's directories let nobody else pass, and those of earlier versions are closed:
/// an image's or a container's program that makes whoever executes it root would do so on the host (CVE-2021-41091),
/// and a device node would be a device.
/// </summary>
internal static class PrivateDirectories
{
    private const UnixFileMode GroupMayPass = OwnDirectory.OwnerOnly | UnixFileMode.GroupExecute,
        OfEarlierVersions = GroupMayPass | UnixFileMode.OtherExecute;

    // Also of storage drivers that are not in use now.
    private static readonly string[] OfDataRoot =
        ["btrfs", "containers", "content", "fuse-overlayfs", "networks", "overlay2", "records", "uploads", "vfs", "volumes"];
    private static readonly string[] OfExecRoot = ["containers", "networks", "runtime", "runtime/.empty", "runtime/.seccomp"];

    /// <summary>What stands in the place of one and is none goes out of the way: of the data root by whoever uses it.</summary>
    /// <returns>A sentence about each of those.</returns>
    public static IReadOnlyList<string> Make(string dataRoot, string execRoot)
    {
        Directory.CreateDirectory(dataRoot, GroupMayPass);
        List<string> aside = [];
        if (!Directory.Exists(execRoot)) Tell(execRoot, OwnDirectory.Make(execRoot, OwnDirectory.OwnerOnly));
        // A directory that was there before may have other things in it: its mode is the administrator's,
        // unless it is the one that we gave.
        if (Directory.Exists(Path.Combine(dataRoot, OfDataRoot[1])) && File.GetUnixFileMode(dataRoot) == OfEarlierVersions)
            OwnDirectory.SetMode(dataRoot, GroupMayPass);
        foreach (string path in OfDataRoot.Select(name => Path.Combine(dataRoot, name)))
        {
            if (JsonFile.IsThere(path) && !Directory.Exists(path)) aside.Add($"{path} is no directory and is set aside");
            OwnDirectory.SetMode(path, OwnDirectory.OwnerOnly);
        }
        foreach (string path in OfExecRoot.Select(name => Path.Combine(execRoot, name)))
            Tell(path, OwnDirectory.Make(path, OwnDirectory.OwnerOnly));
        return aside;

        void Tell(string path, string? moved)
        {
            if (moved is not null) aside.Add($"{path} was no directory: set aside as {moved}");
        }
    }
}
