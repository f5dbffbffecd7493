using Gantry.Linux;
using Gantry.Linux.Files;
using Gantry.Linux.Trees;
using Gantry.Storage.Archives;

namespace Gantry.Build.Files;

/// <summary>A directory with those above it, made so that it is the same whenever that is.</summary>
public static class MadeDirectory
{
    /// <param name="root">Hostile: links on the way are followed inside.</param>
    /// <param name="path">Absolute.</param>
    /// <param name="owner">Of what has to be made.</param>
    /// <param name="time">Of what has to be made; what is there keeps its own.</param>
    /// <param name="mode">Of what has to be made.</param>
    /// <param name="parents">Those above it are made too.</param>
    /// <exception cref="GantryException">Invalid: there can be no such directory; NotFound: that above it is not there.</exception>
    public static void Make(DirectoryHandle root, string path, (uint User, uint Group) owner, FileTime time, uint mode = Octal.O755,
        bool parents = true)
    {
        CopyDestination destination = new(root, owner, mode);
        byte[] target;
        try
        {
            target = destination.Resolve(path);
        }
        catch (KernelException e) when (e.Errno is Errno.ELOOP or Errno.ENAMETOOLONG)
        {
            throw GantryException.Invalid($"Cannot mkdir: {path}: {Errno.Message(e.Errno)}");
        }
        if (destination.KindOf(target) is not (null or FileKind.Directory)) throw NoDirectory(path);
        if (!parents && target.Length > 0 && destination.KindOf(LayerPath.Parent(target).ToArray()) is null)
            throw GantryException.NotFound($"Cannot mkdir: {path}: no such file or directory");
        destination.OpenOrMake(target).Dispose();
        destination.SetTimes(time);
    }

    private static GantryException NoDirectory(string path) => GantryException.Invalid($"Cannot mkdir: {path} is not a directory");
}
