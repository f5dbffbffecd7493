using Gantry.Linux;
using Gantry.Linux.Trees;

namespace Gantry.Storage;

/// <summary>Sums up the files in a tree; a file with several names counts once.</summary>
public static class TreeUsage
{
    private const int BlockSize = 512;

    /// <summary>The sizes of the regular files.</summary>
    /// <returns>Bytes; what vanishes meanwhile does not count.</returns>
    public static long Measure(string path) => Measure(path, static status => status.Kind == FileKind.Regular ? status.Size : 0);

    /// <summary>The space that everything takes, the directory itself included, as du(1) shows it.</summary>
    /// <inheritdoc cref="Measure(string)"/>
    public static long OnDisk(string path) => Measure(path, static status => status.Blocks * BlockSize);

    private static long Measure(string path, Func<FileStatus, long> count)
    {
        try
        {
            using DirectoryHandle directory = DirectoryHandle.Open(path);
            long own = directory.TryStatus([], out FileStatus status) == 0 ? count(status) : 0;
            return own + Measure(directory, count, []);
        }
        catch (KernelException e) when (e.Errno == Errno.ENOENT)
        {
            return 0;
        }
    }

    private static long Measure(DirectoryHandle directory, Func<FileStatus, long> count, HashSet<(ulong, ulong)> seen)
    {
        long size = 0;
        foreach (DirectoryEntry entry in directory.Entries())
        {
            if (directory.TryStatus(entry.Name, out FileStatus status) != 0) continue;
            if (status.Kind == FileKind.Directory || status.Links == 1 || seen.Add((status.Device, status.Inode))) size += count(status);
            if (status.Kind != FileKind.Directory || directory.TryOpen(entry.Name, out DirectoryHandle? below) != 0) continue;
            using (below) size += Measure(below!, count, seen);
        }
        return size;
    }
}
