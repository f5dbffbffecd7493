using System.Text;
using Gantry.Linux;
using Gantry.Linux.Trees;

namespace Gantry.Storage;

/// <summary>Copies a directory out of a container's root filesystem while nothing runs in it.</summary>
public static class RootFsCopy
{
    /// <summary>Makes <paramref name="target"/>, an existing empty directory, equal to the directory at <paramref name="path"/> inside.</summary>
    /// <remarks>The layers are put together as a detached mount, seen by this process alone; links on the way are followed as if the image's root were the root.</remarks>
    /// <returns>False when there is no directory there.</returns>
    public static bool Copy(RootFs root, string path, string target)
    {
        using SafeFileDescriptor mount = root.Open();
        using DirectoryHandle top = DirectoryHandle.Open(mount.ProcPath);
        if (top.TryOpenInRoot(Encoding.UTF8.GetBytes(path.Trim('/')), out DirectoryHandle? source) != 0) return false;
        using (source)
        using (DirectoryHandle destination = DirectoryHandle.Open(target))
        {
            SnapshotFiles.Copy(source!, destination);
        }
        return true;
    }
}
