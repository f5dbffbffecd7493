using Gantry.Linux;
using Gantry.Linux.Files;
using Gantry.Linux.Mounts;
using Gantry.Oci.Runtime;

namespace Gantry.Runtime.Init;

/// <summary>Places of /proc and /sys that the container shall not read, or not write.</summary>
internal static class ProtectedPaths
{
    public static void Apply(SafeFileDescriptor root, OciSpec spec)
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

    private static void Mask(SafeFileDescriptor root, IReadOnlyList<string> paths)
    {
        using MaskCovers covers = new(root);
        foreach (string path in paths)
        {
            using SafeFileDescriptor? place = RootedPath.OpenIfThere(root, path, OpenFlags.Path);
            if (place is null) continue;
            if (FileNature.KindOf(place) == FileKind.Directory) covers.CoverDirectory(place, path);
            else covers.CoverFile(place, path);
        }
    }
}
