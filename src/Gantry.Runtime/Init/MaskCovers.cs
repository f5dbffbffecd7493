using Gantry.Linux;
using Gantry.Linux.Files;
using Gantry.Linux.Mounts;

namespace Gantry.Runtime.Init;

/// <summary>
/// What is laid over masked places: over a file a null device of the container's own, over a directory an empty one.
/// Nothing about either can be changed.
/// </summary>
internal sealed class MaskCovers(SafeFileDescriptor root) : IDisposable
{
    private SafeFileDescriptor? _empty, _nothing, _made;

    public void CoverDirectory(SafeFileDescriptor place, string path)
    {
        if (_empty is not null)
        {
            using SafeFileDescriptor copy = DetachedMount.Clone(_empty, recursive: false);
            DetachedMount.Attach(copy, place, path);
            return;
        }
        // Attached before it is copied: kernels before 6.15 copy no detached mounts.
        _empty = DetachedMount.Create("tmpfs", [new("nr_blocks", "1"), new("nr_inodes", "1")], MountAttributes.ReadOnly);
        DetachedMount.Attach(_empty, place, path);
    }

    public void CoverFile(SafeFileDescriptor place, string path)
    {
        using SafeFileDescriptor copy = DetachedMount.Clone(_nothing ??= OpenNothing(), recursive: false);
        DetachedMount.SetAttributes(copy, MountAttributes.ReadOnly, 0, recursive: false, path);
        DetachedMount.Attach(copy, place, path);
    }

    // The container's own, seen to be the null device: something else would be shown instead of nothing (CVE-2025-31133).
    private SafeFileDescriptor OpenNothing()
    {
        if (OwnDevice.Find(root, "/dev/null", NullDevice.Is) is { } own) return own;
        // A /dev that was bound has none. A new node lies over the root, which nobody looks at yet, until the copies of it are made.
        _made = NullDevice.TryMake();
        if (_made is null) return NullDevice.HostsNode();
        DetachedMount.Attach(_made, root, "/");
        return LinuxFile.OpenAt(_made, NullDevice.Name, OpenFlags.Path | OpenFlags.NoFollow);
    }

    public void Dispose()
    {
        _empty?.Dispose();
        _nothing?.Dispose();
        if (_made is null) return;
        Mount.Unmount(_made.ProcPath);
        _made.Dispose();
    }
}
