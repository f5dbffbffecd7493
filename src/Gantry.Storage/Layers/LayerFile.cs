using Gantry.Linux;
using Gantry.Linux.Trees;
using Gantry.Storage.Archives;

namespace Gantry.Storage;

/// <summary>Content and attributes of one object of a layer.</summary>
internal sealed class LayerFile
{
    public void Write(FileWriter file, TarReader reader, TarEntry entry)
    {
        if (reader.Sparse is { } sparse) WriteSparse(file, reader, sparse);
        else
        {
            for (ReadOnlySpan<byte> piece = reader.Read(); !piece.IsEmpty; piece = reader.Read()) Check(file.TryWriteLeavingHoles(piece), "write");
            Check(file.TryEndHole(), "set size");
        }
        Check(file.TrySetOwner(entry.Uid, entry.Gid), "set owner");
        Check(file.TrySetMode(entry.Mode), "set mode");
        Check(file.TrySetTime(entry.Modified), "set time");
    }

    private static void WriteSparse(FileWriter file, TarReader reader, TarSparse sparse)
    {
        for (int i = 0; i < sparse.Map.Count; i += 2)
        {
            Check(file.TrySeek(sparse.Map[i]), "seek");
            for (long left = sparse.Map[i + 1]; left > 0;)
            {
                ReadOnlySpan<byte> piece = reader.Read((int)Math.Min(left, int.MaxValue));
                if (piece.IsEmpty) throw GantryException.Invalid("archive: the content of a sparse file is cut short");
                Check(file.TryWrite(piece), "write");
                left -= piece.Length;
            }
        }
        Check(file.TrySetSize(sparse.Size), "set size");
    }

    /// <summary>For everything but regular files. Owner before mode and attributes, because a change of owner clears set-user-ID and capabilities.</summary>
    public void SetAttributes(DirectoryHandle parent, ReadOnlySpan<byte> name, TarEntry entry)
    {
        Check(parent.TrySetOwner(name, entry.Uid, entry.Gid), "set owner");
        if (entry.Type != TarEntryType.Link) Check(parent.TrySetMode(name, entry.Mode), "set mode");
        SetExtended(parent, name, entry);
        if (entry.Type != TarEntryType.Directory) Check(parent.TrySetTime(name, entry.Modified), "set time");
    }

    public void SetExtended(DirectoryHandle parent, ReadOnlySpan<byte> name, TarEntry entry)
    {
        foreach ((byte[] key, byte[] value) in entry.Attributes)
        {
            // Overlay's own attributes steer what a mount shows; an image has no say in that.
            if (OverlayAttributes.Is(key)) continue;
            int errno = parent.TrySetAttribute(name, key, value);
            // Attributes that this file system or kernel has not (such as labels of a security module) do not keep an image from running.
            if (errno is not (0 or Errno.EOPNOTSUPP or Errno.EPERM)) Check(errno, $"set attribute {PathBytes.Show(key)}");
        }
    }

    private static void Check(int errno, string step)
    {
        if (errno != 0) throw new KernelException(step, errno);
    }
}
