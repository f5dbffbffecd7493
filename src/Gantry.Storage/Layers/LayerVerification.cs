using Gantry.Linux;
using Gantry.Linux.Files;
using Gantry.Linux.Trees;
using Gantry.Storage.Archives;
using Microsoft.Win32.SafeHandles;

namespace Gantry.Storage.Layers;

/// <summary>Compares an unpacked layer with the archive that it came from: kind, mode, owner, time and content of every file.</summary>
public sealed class LayerVerification(DirectoryHandle root)
{
    private readonly byte[] _buffer = new byte[256 << 10];
    /// <summary>What is wrong, by path, because a later entry replaces an earlier one.</summary>
    private readonly Dictionary<string, string> _wrong = new(StringComparer.Ordinal);

    /// <summary>Content compared.</summary>
    public long Bytes { get; private set; }

    /// <returns>The first difference in words, and how many more; null when there is none.</returns>
    public string? Run(Stream archive)
    {
        TarReader reader = new(archive);
        while (reader.Next() is { } entry)
        {
            if (LayerPath.Clean(entry.Name) is not { Length: > 0 } path || LayerPath.Base(path).StartsWith(".wh."u8)) continue;
            string shown = PathBytes.Show(path);
            if (Compare(reader, entry, path) is { } difference) _wrong[shown] = difference;
            else _wrong.Remove(shown);
            // What a file replaces is gone with all that was in it.
            if (entry.Type is not (TarEntryType.Directory or TarEntryType.HardLink))
                foreach (string below in _wrong.Keys.Where(key => key.StartsWith(shown + "/", StringComparison.Ordinal)).ToList())
                    _wrong.Remove(below);
        }
        List<string> wrong = [.. _wrong.Select(pair => $"/{pair.Key} {pair.Value}").Order(StringComparer.Ordinal)];
        return wrong.Count == 0 ? null
            : wrong.Count == 1 ? $"differs from its archive: {wrong[0]}"
            : $"differs from its archive: {wrong[0]}, and {wrong.Count - 1} more";
    }

    private string? Compare(TarReader reader, TarEntry entry, byte[] path)
    {
        if (root.TryOpenInRoot(LayerPath.Parent(path), out DirectoryHandle? parent) != 0) return "is missing";
        using (parent)
        {
            ReadOnlySpan<byte> name = LayerPath.Base(path);
            int errno = parent!.TryStatus(name, out FileStatus status);
            if (errno != 0) return errno == Errno.ENOENT ? "is missing" : $"cannot be read ({Errno.Name(errno)})";
            if (entry.Type == TarEntryType.HardLink) return status.Links > 1 ? null : "has lost its other name";
            if (!IsSameKind(entry.Type, status.Kind)) return $"is now a {status.Kind}";
            if (status.Uid != entry.Uid || status.Gid != entry.Gid)
                return $"belongs to {status.Uid}:{status.Gid} instead of {entry.Uid}:{entry.Gid}";
            if (status.Kind != FileKind.Link && status.Mode != entry.Mode)
                return $"has mode {Convert.ToString(status.Mode, 8)} instead of {Convert.ToString(entry.Mode, 8)}";
            if (status.Kind == FileKind.Link)
                return parent.ReadLink(name).AsSpan().SequenceEqual(entry.LinkName) ? null : "leads elsewhere";
            if (status.Kind != FileKind.Regular) return null;
            if (status.Size != entry.Size) return $"has {status.Size} bytes instead of {entry.Size}";
            return parent.TryOpenFile(name, out SafeFileHandle? file) == 0 ? CompareContent(reader, file!) : "cannot be opened";
        }
    }

    private string? CompareContent(TarReader reader, SafeFileHandle file)
    {
        using (file)
        {
            IReadOnlyList<long> map = reader.Sparse?.Map ?? [0, long.MaxValue];
            for (int i = 0; i < map.Count; i += 2)
            {
                long at = map[i], end = map[i + 1] == long.MaxValue ? long.MaxValue : at + map[i + 1];
                while (at < end)
                {
                    ReadOnlySpan<byte> expected = reader.Read((int)Math.Min(end - at, _buffer.Length));
                    if (expected.IsEmpty) break;
                    int count;
                    try
                    {
                        count = RandomAccess.Read(file, _buffer.AsSpan(0, expected.Length), at);
                    }
                    catch (IOException e)
                    {
                        return $"cannot be read: {e.Message}";
                    }
                    if (!expected.SequenceEqual(_buffer.AsSpan(0, count))) return $"has other content, from byte {at} on";
                    at += count;
                    Bytes += count;
                }
            }
            return null;
        }
    }

    private static bool IsSameKind(TarEntryType type, FileKind kind) => type switch
    {
        TarEntryType.Regular => kind == FileKind.Regular, TarEntryType.Link => kind == FileKind.Link,
        TarEntryType.Directory => kind == FileKind.Directory, TarEntryType.Fifo => kind == FileKind.Fifo,
        TarEntryType.CharacterDevice => kind == FileKind.CharacterDevice, TarEntryType.BlockDevice => kind == FileKind.BlockDevice,
        _ => false,
    };
}
