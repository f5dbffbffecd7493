using Gantry.Linux;
using Gantry.Linux.Files;
using Gantry.Linux.Trees;
using Gantry.Storage.Archives;

namespace Gantry.Storage.Layers;

/// <summary>How a snapshot driver keeps what a layer removes from those below (image-spec "Whiteouts").</summary>
internal interface IWhiteouts
{
    /// <summary>The layer removes one name.</summary>
    /// <param name="path">Of the name, from the root of the layer.</param>
    void Remove(DirectoryHandle parent, ReadOnlySpan<byte> name, ReadOnlySpan<byte> path);

    /// <summary>The layer removes everything that the layers below have in the directory.</summary>
    void MakeOpaque(DirectoryHandle directory, ReadOnlySpan<byte> path);

    /// <summary>The layer itself has this object; it is there now.</summary>
    void Added(DirectoryHandle parent, ReadOnlySpan<byte> name, ReadOnlySpan<byte> path, bool isDirectory);
}

/// <summary>Overlay's marks: a character device 0/0, and an attribute on the directory (kernel, "overlayfs.rst").</summary>
internal sealed class OverlayWhiteouts : IWhiteouts
{
    private readonly HashSet<string> _removed = new(StringComparer.Ordinal);

    public void Remove(DirectoryHandle parent, ReadOnlySpan<byte> name, ReadOnlySpan<byte> path)
    {
        int errno = parent.TryMakeNode(name, FileKind.CharacterDevice, 0, 0, 0);
        if (errno == 0)
        {
            _removed.Add(Key(path));
            return;
        }
        if (errno != Errno.EEXIST) throw new KernelException("make whiteout", errno, PathBytes.Show(path));
        // The layer has the name as well. A file covers the lower one by being there; a directory would show through.
        if (parent.TryOpen(name, out DirectoryHandle? directory) != 0) return;
        using (directory) Mark(directory!, path);
    }

    public void MakeOpaque(DirectoryHandle directory, ReadOnlySpan<byte> path) => Mark(directory, path);

    public void Added(DirectoryHandle parent, ReadOnlySpan<byte> name, ReadOnlySpan<byte> path, bool isDirectory)
    {
        if (_removed.Count == 0 || !_removed.Remove(Key(path)) || !isDirectory) return;
        if (parent.TryOpen(name, out DirectoryHandle? directory) is var errno and not 0)
            throw new KernelException("open directory", errno, PathBytes.Show(path));
        using (directory) Mark(directory!, path);
    }

    private static void Mark(DirectoryHandle directory, ReadOnlySpan<byte> path)
    {
        int errno = directory.TrySetAttribute([], PathBytes.Of(OverlayAttributes.Opaque), "y"u8);
        if (errno != 0)
            throw new KernelException("set trusted.overlay.opaque on", errno, PathBytes.Show(path),
                hint: errno == Errno.EOPNOTSUPP ? "the file system of the data root has no extended attributes" : null);
    }

    private static string Key(ReadOnlySpan<byte> path) => System.Text.Encoding.Latin1.GetString(path);
}

/// <summary>For drivers that apply a layer onto a copy of its parent: what is removed is removed,
/// except what the layer itself brought.</summary>
internal sealed class RemovingWhiteouts : IWhiteouts
{
    private readonly HashSet<string> _added = new(StringComparer.Ordinal);

    public void Remove(DirectoryHandle parent, ReadOnlySpan<byte> name, ReadOnlySpan<byte> path)
    {
        if (!_added.Contains(Key(path))) TreeRemoval.Remove(parent, name);
        // A directory of the layer itself: what it covers below goes, what the layer brought stays.
        else if (parent.TryOpen(name, out DirectoryHandle? directory) == 0)
            using (directory) MakeOpaque(directory!, path);
    }

    public void MakeOpaque(DirectoryHandle directory, ReadOnlySpan<byte> path)
    {
        foreach (DirectoryEntry entry in directory.Entries())
        {
            byte[] child = path.IsEmpty ? entry.Name : [.. path, (byte)'/', .. entry.Name];
            if (!_added.Contains(Key(child))) TreeRemoval.Remove(directory, entry.Name);
            else if (entry.Kind == FileKind.Directory && directory.TryOpen(entry.Name, out DirectoryHandle? below) == 0)
                using (below) MakeOpaque(below!, child);
        }
    }

    public void Added(DirectoryHandle parent, ReadOnlySpan<byte> name, ReadOnlySpan<byte> path, bool isDirectory)
    {
        // With its parents: a directory that holds something of this layer must outlive the removal of what was below.
        for (ReadOnlySpan<byte> at = path; !at.IsEmpty && _added.Add(Key(at)); at = LayerPath.Parent(at)) { }
    }

    private static string Key(ReadOnlySpan<byte> path) => System.Text.Encoding.Latin1.GetString(path);
}
