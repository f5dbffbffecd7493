using Gantry.Linux;
using Gantry.Linux.Files;
using Gantry.Linux.Trees;

namespace Gantry.Build.Repositories;

/// <summary>What git has unpacked.</summary>
internal static class CheckedOutTree
{
    private const int MaxDepth = 2048;

    /// <summary>Makes the same tree of the same commit, whenever and wherever it was unpacked: times are the commit's, modes those that
    /// git knows, and git's own files go.</summary>
    /// <param name="keepGit">They stay, as they are.</param>
    public static void Tidy(string path, FileTime time, bool keepGit, CancellationToken cancellation)
    {
        using DirectoryHandle root = DirectoryHandle.Open(path);
        Tidy(root, time, keepGit, 0, cancellation);
    }

    private static void Tidy(DirectoryHandle directory, FileTime time, bool keepGit, int depth, CancellationToken cancellation)
    {
        if (depth > MaxDepth) throw GantryException.Invalid($"directories are nested more than {MaxDepth} deep");
        foreach (DirectoryEntry entry in directory.Entries())
        {
            cancellation.ThrowIfCancellationRequested();
            // git lets nobody's tree have this name; in a submodule it is a file.
            if (entry.Name.AsSpan().SequenceEqual(".git"u8))
            {
                if (!keepGit) TreeRemoval.Remove(directory, entry.Name, cancellation);
                continue;
            }
            if (directory.TryStatus(entry.Name, out FileStatus status) is var errno and not 0)
                throw new KernelException("read status of", errno, PathBytes.Show(entry.Name));
            if (status.Kind == FileKind.Directory)
            {
                errno = directory.TryOpen(entry.Name, out DirectoryHandle? below);
                if (errno != 0) throw new KernelException("open directory", errno, PathBytes.Show(entry.Name));
                using (below) Tidy(below!, time, keepGit, depth + 1, cancellation);
            }
            if (status.Kind is FileKind.Regular or FileKind.Directory)
                Succeed(directory.TrySetMode(entry.Name, (status.Mode & Octal.O111) != 0 ? Octal.O755 : Octal.O644), entry.Name);
            Succeed(directory.TrySetTime(entry.Name, time), entry.Name);
        }
        Succeed(directory.TrySetTime([], time), []);
    }

    private static void Succeed(int errno, byte[] name)
    {
        if (errno != 0) throw new KernelException("set attributes of", errno, PathBytes.Show(name));
    }

    /// <summary>Names, and bytes on disk, while somebody may be at work there.</summary>
    public static (long Entries, long Size) Measure(string path, CancellationToken cancellation)
    {
        long entries = 0, size = 0;
        using DirectoryHandle root = DirectoryHandle.Open(path);
        Measure(root, 0);
        return (entries, size);

        void Measure(DirectoryHandle directory, int depth)
        {
            foreach (DirectoryEntry entry in directory.Entries())
            {
                cancellation.ThrowIfCancellationRequested();
                // It may have gone by now.
                if (directory.TryStatus(entry.Name, out FileStatus status) != 0) continue;
                entries++;
                size += status.Blocks * 512;
                if (status.Kind != FileKind.Directory || depth >= MaxDepth || directory.TryOpen(entry.Name, out var below) != 0) continue;
                using (below) Measure(below!, depth + 1);
            }
        }
    }
}
