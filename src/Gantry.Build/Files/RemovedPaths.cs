using Gantry.Linux;
using Gantry.Linux.Trees;
using Gantry.Storage.Archives;

namespace Gantry.Build.Files;

/// <summary>What is taken out of a tree, with all that is in it.</summary>
public static class RemovedPaths
{
    /// <summary>Names that one pattern may fit.</summary>
    private const long Most = 1_000_000;

    /// <param name="root">Hostile: links on the way are followed inside; one at the end goes itself.</param>
    /// <param name="isPattern">Whether it may be one, which fits any number of names.</param>
    /// <exception cref="GantryException">NotFound: it is not there, and had to be; Invalid: it is the root, or no pattern.</exception>
    public static void Remove(DirectoryHandle root, string path, bool isPattern, bool mayBeMissing, CancellationToken cancellation)
    {
        CopyDestination destination = new(root, (0, 0));
        IReadOnlyList<NamePattern> names = isPattern ? NamePattern.Parse(path) : [];
        if (names.Any(name => name.IsPattern))
        {
            foreach (byte[] found in new SourceSearch(root, anyDepth: false, Most).Find([], names))
                Remove(destination, found, cancellation);
        }
        else if (Find(destination, path, mayBeMissing) is { } one && !Remove(destination, one, cancellation) && !mayBeMissing)
            throw GantryException.NotFound($"rm {path}: no such file or directory");
        destination.SetTimes(default);
    }

    private static byte[]? Find(CopyDestination destination, string path, bool mayBeMissing)
    {
        try
        {
            return MadePlace.Find(destination, path, followLast: false, "rm");
        }
        catch (GantryException e) when (e.Kind == ErrorKind.NotFound && mayBeMissing)
        {
            return null;
        }
    }

    private static bool Remove(CopyDestination destination, byte[] path, CancellationToken cancellation)
    {
        byte[] name = LayerPath.Base(path).ToArray();
        using DirectoryHandle parent = destination.Open(LayerPath.Parent(path).ToArray());
        int errno = parent.TryStatus(name, out _);
        if (errno == Errno.ENOENT) return false;
        if (errno != 0) throw CopyDestination.Refused("find", errno, path);
        TreeRemoval.Remove(parent, name, cancellation);
        return true;
    }
}
