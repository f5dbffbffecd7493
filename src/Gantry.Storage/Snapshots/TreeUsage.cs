using Gantry.Linux;
using Gantry.Linux.Trees;

namespace Gantry.Storage;

/// <summary>Sums up the sizes of the files in a tree; a file with several names counts once.</summary>
internal static class TreeUsage
{
    /// <returns>Bytes; what vanishes meanwhile does not count.</returns>
    public static long Measure(string path)
    {
        try
        {
            using DirectoryHandle directory = DirectoryHandle.Open(path);
            return Measure(directory, []);
        }
        catch (KernelException e) when (e.Errno == Errno.ENOENT)
        {
            return 0;
        }
    }

    private static long Measure(DirectoryHandle directory, HashSet<ulong> seen)
    {
        long size = 0;
        foreach (DirectoryEntry entry in directory.Entries())
        {
            if (directory.TryStatus(entry.Name, out FileStatus status) != 0) continue;
            if (status.Kind == FileKind.Directory)
            {
                if (directory.TryOpen(entry.Name, out DirectoryHandle? below) != 0) continue;
                using (below) size += Measure(below!, seen);
            }
            else if (status.Kind == FileKind.Regular && (status.Links == 1 || seen.Add(status.Inode))) size += status.Size;
        }
        return size;
    }
}
