using Gantry.Linux.Files;
using Gantry.Linux.Trees;
using Gantry.Storage.Archives;

namespace Gantry.Storage.Snapshots;

/// <summary>How a path of a container differs from its image. The numbers are those of Docker's API.</summary>
public enum ChangeKind { Modified, Added, Deleted }

/// <summary>One difference.</summary>
/// <param name="Parent">The directory that holds it, open until the visitor returns; of a deleted one, the directory that held it.</param>
/// <param name="Path">From the root, without a slash in front.</param>
/// <param name="Status">Nothing for a deleted one.</param>
public readonly record struct TreeChange(ChangeKind Kind, DirectoryHandle Parent, byte[] Name, byte[] Path, FileStatus Status)
{
    /// <summary>All of a small file without extended attributes, where it was read already; null otherwise.</summary>
    public byte[]? Content { get; init; }
}

/// <summary>Finds what a container has changed: walks its tree beside the image's, in the order of names.
/// A changed object comes after its directories.</summary>
/// <remarks>
/// One algorithm for two ways of keeping changes: an overlay's upper directory, which holds nothing but changes,
/// with its marks for what is gone; and a whole copy, where what is in the image and not in the copy is gone. What differs is
/// <see cref="ComparedTrees.Partial"/>.
/// </remarks>
internal sealed class TreeComparison(ComparedTrees trees, IReadOnlySet<string> made, bool directoryTimes, Action<TreeChange> visitor)
{
    private const int MaxDepth = 2048;

    /// <summary>So deep files are read ahead: all the way down each directory would keep some megabytes of them.</summary>
    private const int MaxReadAhead = 8;

    /// <summary>A directory on the way down; reported as soon as it is known that it, or something in it, differs.</summary>
    private sealed class Frame(Frame? up, TreeChange change)
    {
        public bool IsReported { get; private set; }

        public void Report(Action<TreeChange> visitor)
        {
            if (IsReported) return;
            IsReported = true;
            up?.Report(visitor);
            visitor(change);
        }
    }

    /// <summary>Told what was made to mount on, or was touched for that alone, and is no change: what is in a directory before the
    /// directory.</summary>
    public Action<byte[]>? LeftOut { get; init; }

    /// <summary>Whoever is told of a small file wants what is in it: it comes as <see cref="TreeChange.Content"/>, read on all
    /// processors.</summary>
    public bool ReadsAhead { get; init; }

    public void Run() => Compare(trees.Above, trees.Below, [], null, 0);

    private void Compare(DirectoryHandle above, DirectoryHandle? below, byte[] path, Frame? frame, int depth)
    {
        if (depth > MaxDepth)
            throw GantryException.Invalid($"{PathBytes.Show(path)[..200]}…: directories are nested more than {MaxDepth} deep");
        List<DirectoryEntry> entries = above.SortedEntries();
        bool whole = below is not null && (!trees.Partial || above.HasAttribute([], OverlayAttributes.Opaque));
        List<DirectoryEntry> old = whole ? below!.SortedEntries() : [];
        ReadAhead? ahead = ReadsAhead && trees.Partial && depth < MaxReadAhead ? ReadAhead.For(above, entries) : null;
        for (int i = 0, j = 0; i < entries.Count || j < old.Count;)
        {
            int order = i == entries.Count ? 1 : j == old.Count ? -1 : entries[i].Name.AsSpan().SequenceCompareTo(old[j].Name);
            byte[] name = order <= 0 ? entries[i].Name : old[j].Name, full = LayerPath.Join(path, name);
            if (order > 0) Deleted(above, name, full, frame);
            else Present(above, below, name, full, frame, depth, ahead?.At(i));
            if (order <= 0) i++;
            if (order >= 0) j++;
        }
    }

    private void Present(DirectoryHandle above, DirectoryHandle? below, byte[] name, byte[] path, Frame? frame, int depth,
        (FileStatus Status, byte[] Content)? read)
    {
        FileStatus status = read?.Status ?? default;
        if (read is null && above.TryStatus(name, out status) != 0) return;
        FileStatus old = default;
        bool known = below is not null && below.TryStatus(name, out old) == 0;
        if (trees.Partial && status.IsWhiteout)
        {
            if (known) Deleted(above, name, path, frame);
            return;
        }
        TreeChange change = new(known ? ChangeKind.Modified : ChangeKind.Added, above, name, path, status) { Content = read?.Content };
        if (status.Kind == FileKind.Directory) Directory(change, known ? old : null, below, frame, depth);
        else if (known ? IsChanged(change, below!, old)
            : !(status.Size == 0 && status.Kind == FileKind.Regular && made.Contains(PathBytes.Show(path))))
        {
            frame?.Report(visitor);
            visitor(change);
        }
        else if (!known) LeftOut?.Invoke(path);
    }

    private void Directory(TreeChange change, FileStatus? old, DirectoryHandle? below, Frame? frame, int depth)
    {
        if (change.Parent.TryOpen(change.Name, out DirectoryHandle? directory) != 0) return;
        using (directory)
        {
            Frame own = new(frame, change);
            bool ours = made.Contains(PathBytes.Show(change.Path)), wasDirectory = old?.Kind == FileKind.Directory;
            if (!wasDirectory ? !ours || old is not null : IsChangedDirectory(change, below!, old!.Value, ours)) own.Report(visitor);
            DirectoryHandle? inner = null;
            if (wasDirectory) below!.TryOpen(change.Name, out inner);
            using (inner) Compare(directory!, inner, change.Path, own, depth + 1);
            if (ours && !own.IsReported) LeftOut?.Invoke(change.Path);
        }
    }

    private void Deleted(DirectoryHandle above, byte[] name, byte[] path, Frame? frame)
    {
        frame?.Report(visitor);
        visitor(new TreeChange(ChangeKind.Deleted, above, name, path, default));
    }

    /// <summary>Whatever lies in an overlay's upper directory was written there. In a copy, the time of change tells,
    /// which nobody can set back.</summary>
    private bool IsChanged(in TreeChange change, DirectoryHandle below, in FileStatus old)
    {
        FileStatus now = change.Status;
        if (trees.Partial || (!trees.IsByContent && now.Changed.IsAfter(trees.Since))) return true;
        if (now.Kind != old.Kind || now.Mode != old.Mode || now.Uid != old.Uid || now.Gid != old.Gid || now.Size != old.Size
            || now.Modified != old.Modified
            || now.DeviceMajor != old.DeviceMajor || now.DeviceMinor != old.DeviceMinor) return true;
        if (now.Kind == FileKind.Link) return !change.Parent.ReadLink(change.Name).AsSpan().SequenceEqual(below.ReadLink(change.Name));
        return trees.IsByContent && now.Kind == FileKind.Regular && !FileSameness.Of(change.Parent, below, change.Name);
    }

    /// <summary>That something was made or removed in it is no change of the directory itself, except for a layer,
    /// which keeps its time.</summary>
    private bool IsChangedDirectory(in TreeChange change, DirectoryHandle below, in FileStatus old, bool ours)
    {
        FileStatus now = change.Status;
        if (now.Mode != old.Mode || now.Uid != old.Uid || now.Gid != old.Gid) return true;
        if (directoryTimes && !ours && now.Modified != old.Modified) return true;
        return !SameAttributes(change.Parent.Attributes(change.Name), below.Attributes(change.Name));
    }

    public static bool SameAttributes(IReadOnlyList<KeyValuePair<byte[], byte[]>> a, IReadOnlyList<KeyValuePair<byte[], byte[]>> b)
    {
        List<KeyValuePair<byte[], byte[]>> left = [.. a.Where(pair => !OverlayAttributes.Is(pair.Key))],
            right = [.. b.Where(pair => !OverlayAttributes.Is(pair.Key))];
        return left.Count == right.Count
            && left.TrueForAll(pair =>
            right.Exists(other => pair.Key.AsSpan().SequenceEqual(other.Key) && pair.Value.AsSpan().SequenceEqual(other.Value)));
    }
}

/// <summary>A container's tree and its image's, open for comparing.</summary>
/// <param name="Below">Null for an empty image.</param>
/// <param name="Partial">Above holds changes alone, removals marked as overlay does.</param>
/// <param name="Since">When the copy was made; of no meaning for a partial tree.</param>
/// <param name="Held">What the two stand on; closed after them.</param>
internal sealed record ComparedTrees(DirectoryHandle Above, DirectoryHandle? Below, bool Partial, FileTime Since,
    IReadOnlyList<IDisposable> Held) : IDisposable
{
    /// <summary>Neither was made of the other: what a file says of its times tells nothing, so attributes and contents are compared.
    /// </summary>
    public bool IsByContent { get; init; }

    public void Dispose()
    {
        Above.Dispose();
        Below?.Dispose();
        foreach (IDisposable held in Held) held.Dispose();
    }
}
