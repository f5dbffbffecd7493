using Gantry.Linux;
using Gantry.Linux.Files;
using Gantry.Linux.Trees;
using Gantry.Storage.Archives;

namespace Gantry.Build.Files;

/// <summary>A file that is written as it is said, in place of one that is there.</summary>
public static class MadeFile
{
    /// <param name="root">Hostile: links on the way, and one at the end, are followed inside.</param>
    /// <param name="path">From the root.</param>
    /// <exception cref="GantryException">NotFound: there is no directory for it; Invalid: there can be no such file.</exception>
    public static void Make(DirectoryHandle root, string path, ReadOnlySpan<byte> content, uint mode, (uint User, uint Group) owner,
        FileTime time)
    {
        CopyDestination destination = new(root, (0, 0));
        byte[] target = MadePlace.Find(destination, path, followLast: true, "mkfile");
        byte[] name = LayerPath.Base(target).ToArray();
        using (DirectoryHandle parent = destination.Open(LayerPath.Parent(target).ToArray()))
        {
            int errno = parent.TryCreate(name, Octal.O600, out FileWriter? file);
            if (errno == Errno.EEXIST && (errno = Replace(parent, name)) == 0) errno = parent.TryCreate(name, Octal.O600, out file);
            Check(errno, target);
            using (file)
            {
                Check(file!.TryWrite(content), target);
                Check(file.TrySetOwner(owner.User, owner.Group), target);
                Check(file.TrySetMode(mode), target);
                Check(file.TrySetTime(time), target);
            }
        }
        destination.SetTimes(time);
    }

    private static int Replace(DirectoryHandle parent, byte[] name)
    {
        if (parent.TryStatus(name, out FileStatus there) == 0 && there.Kind == FileKind.Directory)
            throw GantryException.Invalid($"mkfile: {PathBytes.Show(name)} is a directory");
        return parent.TryRemoveFile(name);
    }

    private static void Check(int errno, byte[] path)
    {
        if (errno != 0) throw CopyDestination.Refused("make file", errno, path);
    }
}
