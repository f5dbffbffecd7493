using Gantry.Linux;
using Gantry.Linux.Trees;
using Gantry.Storage.Archives;

namespace Gantry.Build.Files;

/// <summary>A symbolic link where nothing is.</summary>
public static class MadeLink
{
    /// <param name="root">Hostile: links on the way are followed inside.</param>
    /// <param name="target">Written as it is, wherever it leads.</param>
    /// <exception cref="GantryException">NotFound: there is no directory for it; Invalid: something is there, or there can be no such link.
    /// </exception>
    public static void Make(DirectoryHandle root, string path, string target, (uint User, uint Group) owner, FileTime time)
    {
        CopyDestination destination = new(root, (0, 0));
        byte[] place = MadePlace.Find(destination, path, followLast: false, "symlink");
        byte[] name = LayerPath.Base(place).ToArray();
        using (DirectoryHandle parent = destination.Open(LayerPath.Parent(place).ToArray()))
        {
            int errno = parent.TryMakeLink(name, PathBytes.Of(target));
            if (errno == Errno.EEXIST) throw GantryException.Invalid($"symlink {path}: file exists");
            if (errno == 0) errno = parent.TrySetOwner(name, owner.User, owner.Group);
            if (errno == 0) errno = parent.TrySetTime(name, time);
            if (errno != 0) throw CopyDestination.Refused("make link", errno, place);
        }
        destination.SetTimes(time);
    }
}
