using Gantry.Linux.Files;
using Gantry.Linux.Trees;

namespace Gantry.Storage.Snapshots;

/// <summary>The small files of a directory, read on all processors some way ahead of who goes through them in order.</summary>
internal sealed class ReadAhead
{
    /// <summary>With fewer files it takes longer to ask others for help.</summary>
    private const int Fewest = 32;
    /// <summary>Files that are read at once, and the bytes that each may have.</summary>
    private const int Window = 512, SmallFile = 16 << 10;

    private readonly DirectoryHandle _directory;
    private readonly List<DirectoryEntry> _entries;
    private readonly (FileStatus Status, byte[] Content)?[] _read;
    private int _begin, _end;

    private ReadAhead(DirectoryHandle directory, List<DirectoryEntry> entries) =>
        (_directory, _entries, _read) = (directory, entries, new (FileStatus, byte[])?[Math.Min(entries.Count, Window)]);

    /// <param name="directory">Open as long as this is used.</param>
    /// <returns>Null where there is little to read.</returns>
    public static ReadAhead? For(DirectoryHandle directory, List<DirectoryEntry> entries) =>
        entries.Count >= Fewest ? new ReadAhead(directory, entries) : null;

    /// <summary>Asked for in order.</summary>
    /// <returns>Null for what has to be looked at as anything else has.</returns>
    public (FileStatus Status, byte[] Content)? At(int index)
    {
        if (index >= _end)
        {
            (_begin, _end) = (index, Math.Min(index + Window, _entries.Count));
            Parallel.For(_begin, _end, i => _read[i - _begin] = Read(_entries[i].Name));
        }
        return _read[index - _begin];
    }

    private (FileStatus Status, byte[] Content)? Read(byte[] name)
    {
        if (_directory.TryStatus(name, out FileStatus status) != 0 || status is not { Kind: FileKind.Regular, Size: > 0 and <= SmallFile }
            || !_directory.HasNoAttributes(name)) return null;
        byte[] content = new byte[status.Size];
        // The kernel's own files say a size that they have not, and nobody's changes while a layer is made of it.
        return _directory.TryReadFile(name, content, out int length) == 0 && length == content.Length ? (status, content) : null;
    }
}
