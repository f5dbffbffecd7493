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
    private static readonly string[] OfExecRoot = ["containers", "runtime"];

    public static void Make(string dataRoot, string execRoot)
    {
        Directory.CreateDirectory(dataRoot, GroupMayPass);
        Directory.CreateDirectory(execRoot, OwnDirectory.OwnerOnly);
        // A directory that was there before may have other things in it: its mode is the administrator's,
        // unless it is the one that we gave.
        if (Directory.Exists(Path.Combine(dataRoot, OfDataRoot[1])) && File.GetUnixFileMode(dataRoot) == OfEarlierVersions)
            OwnDirectory.SetMode(dataRoot, GroupMayPass);
        Close(dataRoot, OfDataRoot);
        Close(execRoot, OfExecRoot);
    }

    private static void Close(string root, string[] names)
    {
        foreach (string name in names) OwnDirectory.SetMode(Path.Combine(root, name), OwnDirectory.OwnerOnly);
    }
}
