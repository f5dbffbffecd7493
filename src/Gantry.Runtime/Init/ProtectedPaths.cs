using Gantry.Linux;
using Gantry.Linux.Files;
using Gantry.Linux.Mounts;
using Gantry.Oci.Runtime;

namespace Gantry.Runtime.Init;

/// <summary>Places of /proc and /sys that the container shall not read, or not write.</summary>
internal static class ProtectedPaths
{
    internal static void Apply(SafeFileDescriptor root, OciSpec spec)
    {
        foreach (string path in spec.Linux?.ReadonlyPaths ?? []) MakeReadOnly(root, path);
        Mask(root, spec.Linux?.MaskedPaths ?? []);
    }

    private static void MakeReadOnly(SafeFileDescriptor root, string path)
    {
        using SafeFileDescriptor? place = RootedPath.OpenIfThere(root, path, OpenFlags.Path);
        if (place is null) return;
        using SafeFileDescriptor tree = DetachedMount.Clone(place, recursive: true);
        DetachedMount.SetAttributes(tree, MountAttributes.ReadOnly, 0, recursive: true, path);
        DetachedMount.Attach(tree, place, path);
    }

    // A file is covered by /dev/null, a directory by an empty read-only tmpfs; one tmpfs serves all.
    private static void Mask(SafeFileDescriptor root, IReadOnlyList<string> paths)
    {
        SafeFileDescriptor? empty = null, nothing = null;
        foreach (string path in paths)
        {
            using SafeFileDescriptor? place = RootedPath.OpenIfThere(root, path, OpenFlags.Path);
            if (place is null) continue;
            if (IsDirectory(root, path) && empty is null)
            {
                // Attached before it is copied: kernels before 6.15 copy no detached mounts.
                empty = DetachedMount.Create("tmpfs", [new("nr_blocks", "1"), new("nr_inodes", "1")], MountAttributes.ReadOnly);
                DetachedMount.Attach(empty, place, path);
                continue;
            }
            SafeFileDescriptor cover = IsDirectory(root, path) ? empty! : nothing ??= OpenNull();
            using SafeFileDescriptor copy = DetachedMount.Clone(cover, recursive: false);
            DetachedMount.Attach(copy, place, path);
        }
        empty?.Dispose();
        nothing?.Dispose();
    }

    // The host's, whose root we still have. Something else in its place would be shown instead of nothing (CVE-2025-31133).
    private static SafeFileDescriptor OpenNull()
    {
        SafeFileDescriptor nothing = LinuxFile.Open("/dev/null", OpenFlags.Path | OpenFlags.NoFollow);
        return FileNature.IsCharacterDevice(nothing, 1, 3) ? nothing : throw new KernelException("mask", Errno.ENODEV, "/dev/null", hint: "the host's /dev/null is not the null device");
    }

    private static bool IsDirectory(SafeFileDescriptor root, string path)
    {
        using SafeFileDescriptor? directory = RootedPath.OpenIfThere(root, path, OpenFlags.Path | OpenFlags.Directory);
        return directory is not null;
    }
}
