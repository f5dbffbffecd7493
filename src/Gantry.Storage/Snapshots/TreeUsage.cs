using Gantry.Linux;
using Gantry.Linux.Files;
using Gantry.Linux.Trees;
using Gantry.Storage.Archives;

namespace Gantry.Storage.Snapshots;

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

    /// <summary>As <see cref="OnDisk"/>, of what is in it, without the directory itself.</summary>
    public static long InOnDisk(string path)
    {
        try
        {
            using DirectoryHandle top = DirectoryHandle.Open(path);
            return new Measuring(static status => status.Blocks * BlockSize).Run(top);
        }
        catch (KernelException e) when (e.Errno == Errno.ENOENT)
        {
            return 0;
        }
    }

    /// <summary>Directories held open at a time; what lies deeper is measured from the top anew.</summary>
    private const int MaxDepth = 100;

    private static long Measure(string path, Func<FileStatus, long> count)
    {
        try
        {
            using DirectoryHandle top = DirectoryHandle.Open(path);
            Measuring measuring = new(count);
            long own = top.TryStatus([], out FileStatus status) == 0 ? count(status) : 0;
            return own + measuring.Run(top);
        }
        catch (KernelException e) when (e.Errno == Errno.ENOENT)
        {
            return 0;
        }
    }

    private sealed class Measuring(Func<FileStatus, long> count)
    {
        private readonly HashSet<(ulong, ulong)> _seen = [];
        private readonly Queue<byte[]> _deeper = new();

        public long Run(DirectoryHandle top)
        {
            long size = Content(top, [], 0);
            while (_deeper.TryDequeue(out byte[]? path))
            {
                if (top.TryOpenInRoot(path, out DirectoryHandle? directory) != 0) continue;
                using (directory) size += Content(directory!, path, 0);
            }
            return size;
        }

        private long Content(DirectoryHandle directory, byte[] path, int depth)
        {
            long size = 0;
            foreach (DirectoryEntry entry in directory.Entries())
            {
                if (directory.TryStatus(entry.Name, out FileStatus status) != 0) continue;
                if (status.Kind == FileKind.Directory || status.Links == 1 || _seen.Add((status.Device, status.Inode)))
                    size += count(status);
                if (status.Kind == FileKind.Directory) size += Below(directory, entry.Name, path, depth);
            }
            return size;
        }

        private long Below(DirectoryHandle parent, byte[] name, byte[] path, int depth)
        {
            byte[] full = LayerPath.Join(path, name);
            if (depth == MaxDepth)
            {
                _deeper.Enqueue(full);
                return 0;
            }
            if (parent.TryOpen(name, out DirectoryHandle? directory) != 0) return 0;
            using (directory) return Content(directory!, full, depth + 1);
        }
    }
}
