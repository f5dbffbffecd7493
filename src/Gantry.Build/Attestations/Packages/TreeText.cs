using Gantry.Linux;
using Gantry.Linux.Trees;
using Gantry.Storage.Archives;
using Microsoft.Win32.SafeHandles;

namespace Gantry.Build.Attestations.Packages;

/// <param name="line">Without its end; valid for this call alone.</param>
internal delegate void LineReader(ReadOnlySpan<byte> line);

/// <summary>Reads text files of a tree that anybody may have made, line by line: nothing outside of it, nothing that is no file, and
/// of all of them together no more than a bound.</summary>
internal sealed class TreeText(DirectoryHandle root)
{
    /// <summary>Bytes of all files: a machine with all of Debian has less.</summary>
    public const int Most = 64 << 20;

    /// <summary>Bytes of a line; what is beyond is cut off. No field that is asked for is as long.</summary>
    public const int MostOfLine = 4 << 10;

    /// <summary>Files of one directory.</summary>
    public const int MostFiles = 10_000;

    private readonly byte[] _block = new byte[64 << 10], _line = new byte[MostOfLine];
    private long _rest = Most;

    /// <summary>The file that is read, or was last.</summary>
    public string Path { get; private set; } = "";

    /// <returns>False where there is no such file, or it is something else.</returns>
    /// <exception cref="GantryException">Invalid: it is too large.</exception>
    public bool Read(string path, LineReader reader)
    {
        byte[] name = PathBytes.Of(path);
        if (root.TryOpenInRoot(LayerPath.Parent(name), out DirectoryHandle? directory) != 0) return false;
        using (directory) return Read(directory!, LayerPath.Base(name), path, reader);
    }

    /// <summary>Reads each file right in a directory, by name; none where there is no such directory.</summary>
    /// <param name="end">Is called after each.</param>
    /// <exception cref="GantryException">Invalid: they are too many, or too large.</exception>
    public void ReadAll(string path, LineReader reader, Action end)
    {
        if (root.TryOpenInRoot(PathBytes.Of(path), out DirectoryHandle? directory) != 0) return;
        using (directory)
        {
            if (!directory!.TrySortedEntries(MostFiles, out List<DirectoryEntry> entries))
                throw GantryException.Invalid($"the scan for packages: {path} has more than {MostFiles} files");
            foreach (DirectoryEntry entry in entries)
            {
                string full = $"{path}/{PathBytes.Show(entry.Name)}";
                if (Read(directory, entry.Name, full, reader)) end();
            }
        }
    }

    private bool Read(DirectoryHandle directory, ReadOnlySpan<byte> name, string path, LineReader reader)
    {
        if (directory.TryOpenRegular(name, out SafeFileHandle? file, out FileStatus status) != 0) return false;
        Path = path;
        using (file)
        {
            if (status.Size > _rest)
                throw GantryException.Invalid($"the scan for packages: {path} has {status.Size} bytes, "
                    + $"and all lists of packages together may have {Most}");
            _rest -= status.Size;
            ReadLines(file!, status.Size, reader);
        }
        return true;
    }

    private void ReadLines(SafeFileHandle file, long size, LineReader reader)
    {
        int kept = 0, count;
        for (long at = 0; at < size && (count = RandomAccess.Read(file, _block, at)) > 0; at += count)
        {
            ReadOnlySpan<byte> rest = _block.AsSpan(0, count);
            for (int end; (end = rest.IndexOf((byte)'\n')) >= 0; rest = rest[(end + 1)..])
            {
                Keep(rest[..end], ref kept);
                reader(_line.AsSpan(0, kept));
                kept = 0;
            }
            Keep(rest, ref kept);
        }
        if (kept > 0) reader(_line.AsSpan(0, kept));
    }

    private void Keep(ReadOnlySpan<byte> part, ref int kept)
    {
        part = part[..Math.Min(part.Length, MostOfLine - kept)];
        part.CopyTo(_line.AsSpan(kept));
        kept += part.Length;
    }
}
