using System.Text;
using Gantry.Linux.Mounts;
using Gantry.Linux.Trees;

namespace Gantry.Storage.Snapshots;

/// <summary>Copies a directory out of a container's root filesystem while nothing runs in it.</summary>
public static class RootCopy
{
    /// <summary>Makes <paramref name="target"/>, an existing empty directory,
    /// equal to the directory at <paramref name="path"/> inside.</summary>
    /// <remarks>Links on the way are followed as if the image's root were the root.</remarks>
    /// <returns>False when there is no directory there.</returns>
    public static bool Copy(RootMount root, string path, string target)
    {
        using MountedTree tree = MountedTree.Open(root);
        if (tree.Root.TryOpenInRoot(Encoding.UTF8.GetBytes(path.Trim('/')), out DirectoryHandle? source) != 0) return false;
        using (source)
        using (DirectoryHandle destination = DirectoryHandle.Open(target))
        {
            TreeCopy.Copy(source!, destination);
        }
        return true;
    }
}
