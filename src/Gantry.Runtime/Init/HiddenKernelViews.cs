using Gantry.Linux;
using Gantry.Linux.Files;
using Gantry.Linux.Mounts;

namespace Gantry.Runtime.Init;

/// <summary>Takes the host's procfs and sysfs out of a mount namespace whose old root stays below the new one.</summary>
/// <remarks>The kernel lets a user namespace mount either where it finds one in full (mount_too_revealing): the container could make itself
/// one without masks.</remarks>
internal static class HiddenKernelViews
{
    /// <param name="root">The new root's place, whose mounts stay.</param>
    public static void Apply(string root)
    {
        using SafeFileDescriptor self = LinuxFile.OpenDirectory("/proc/self");
        // What was mounted last is the first to go: it may lie over another.
        foreach (MountEntry mount in Outside(root, self).Reverse())
            if (!TryUnmount(mount.Place)) Mount.FileSystem("tmpfs", mount.Place, "tmpfs", MountFlags.ReadOnly, "nr_blocks=1,nr_inodes=1");
        foreach (MountEntry mount in Outside(root, self))
            if (!IsCovered(mount, self))
                throw new KernelException("hide", Errno.EBUSY, mount.Place, mount.Type, "without pivot_root the container would get at it");
    }

    private static IEnumerable<MountEntry> Outside(string root, SafeFileDescriptor self) =>
        MountTable.Of(self).Where(mount => mount.Type is "proc" or "sysfs" && mount.Place != root
            && !mount.Place.StartsWith($"{root}/", StringComparison.Ordinal));

    private static bool IsCovered(MountEntry hidden, SafeFileDescriptor self) =>
        MountTable.Of(self).Any(mount => mount.Id != hidden.Id && mount.Place == hidden.Place && mount.Type == "tmpfs");

    // False: a user namespace got it together with the mounts below it, and may not take it away; or another mount lies over its place.
    private static bool TryUnmount(string place)
    {
        try
        {
            // Otherwise it would be unmounted, and all that is below it, wherever else the tree is shared: on the host.
            Mount.SetPropagation(place, MountFlags.Slave | MountFlags.Recursive);
            Mount.MakeHolderPrivate(Path.GetDirectoryName(place) ?? "/");
            return Mount.Unmount(place);
        }
        catch (KernelException e) when (e.Errno is Errno.EPERM or Errno.EINVAL or Errno.ENOENT)
        {
            return false;
        }
    }
}
