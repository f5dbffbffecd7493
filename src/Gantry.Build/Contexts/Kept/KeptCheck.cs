using Gantry.Build.Transfer;
using Gantry.Linux.Files;
using Gantry.Linux.Trees;

namespace Gantry.Build.Contexts.Kept;

/// <summary>Whether a tree still is as it was left: nothing more, nothing less, and every file the same. By status alone; of content that
/// somebody changed and gave its old time back nothing is known.</summary>
internal static class KeptCheck
{
    /// <param name="entries">In order.</param>
    public static bool Run(DirectoryHandle root, IReadOnlyList<KeptEntry> entries, CancellationToken cancellation)
    {
        bool isWhole = true;
        Parallel.ForEach(Directories(entries), new ParallelOptions { CancellationToken = cancellation }, (directory, state) =>
        {
            if (IsAsLeft(root, directory.Path, directory.Files)) return;
            isWhole = false;
            state.Stop();
        });
        return isWhole;
    }

    private static List<(byte[] Path, List<KeptEntry> Files)> Directories(IReadOnlyList<KeptEntry> entries)
    {
        List<(byte[] Path, List<KeptEntry> Files)> all = [([], [])], open = [all[0]];
        foreach (KeptEntry entry in entries)
        {
            int depth = entry.Stat.Path.AsSpan().Count((byte)'/');
            open.RemoveRange(depth + 1, open.Count - depth - 1);
            open[^1].Files.Add(entry);
            if (entry.Kind != FileKind.Directory) continue;
            open.Add((entry.Stat.Path, []));
            all.Add(open[^1]);
        }
        return all;
    }

    private static bool IsAsLeft(DirectoryHandle root, byte[] path, List<KeptEntry> files)
    {
        if (root.TryOpenInRoot(path, out DirectoryHandle? directory) != 0) return false;
        using (directory) return directory!.Entries().Count == files.Count && files.TrueForAll(file => IsAsLeft(directory, file));
    }

    private static bool IsAsLeft(DirectoryHandle directory, KeptEntry entry)
    {
        FileStat stat = entry.Stat;
        int slash = stat.Path.AsSpan().LastIndexOf((byte)'/');
        if (directory.TryStatus(stat.Path.AsSpan(slash + 1), out FileStatus status) != 0 || status.Kind != entry.Kind) return false;
        if (entry.Kind != FileKind.Link && status.Mode != GoMode.PermissionsOf(stat.Mode)) return false;
        if (entry.Kind == FileKind.Regular)
            return status.Inode == entry.Inode && (stat.IsHardLink || (status.Size == stat.Size && status.Modified == stat.Time));
        return status.Modified == stat.Time;
    }
}
