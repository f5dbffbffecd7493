using Gantry.Linux;
using Gantry.Linux.Files;
using Gantry.Linux.Trees;
using Gantry.Storage.Archives;
using Gantry.Storage.Layers;

namespace Gantry.Build.Files;

/// <summary>Where something is made or taken away: in a directory that is there.</summary>
internal static class MadePlace
{
    /// <param name="followLast">A link at the end is followed too.</param>
    /// <param name="verb">For messages.</param>
    /// <returns>From the root, without links; the directory that it lies in is there.</returns>
    /// <exception cref="GantryException">NotFound: there is no such directory; Invalid: it is the root, or can be nowhere.</exception>
    public static byte[] Find(CopyDestination destination, string path, bool followLast, string verb)
    {
        byte[] target;
        try
        {
            target = LinkResolution.Resolve(destination.Root, PathBytes.Of(path), followLast);
        }
        catch (KernelException e) when (e.Errno is Errno.ELOOP or Errno.ENAMETOOLONG)
        {
            throw GantryException.Invalid($"{verb} {path}: {Errno.Message(e.Errno)}");
        }
        if (target.Length == 0) throw GantryException.Invalid($"{verb} {path}: this is the root");
        return destination.KindOf(LayerPath.Parent(target).ToArray()) switch
        {
            FileKind.Directory => target,
            null => throw GantryException.NotFound($"{verb} {path}: no such file or directory"),
            _ => throw GantryException.Invalid($"{verb} {path}: not a directory"),
        };
    }
}
