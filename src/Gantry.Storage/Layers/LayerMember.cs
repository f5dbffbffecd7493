using System.Security.Cryptography;
using System.Text;
using Gantry.Linux;
using Gantry.Linux.Files;
using Gantry.Linux.Trees;
using Gantry.Storage.Archives;

namespace Gantry.Storage.Layers;

/// <summary>Content and attributes of one object of a layer.</summary>
internal sealed class LayerMember(Action<ulong, byte[]>? written = null)
{
    private readonly IncrementalHash? _hash = written is null ? null : IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <returns>EEXIST where the name is taken; nothing was read then.</returns>
    public int TryMake(DirectoryHandle parent, ReadOnlySpan<byte> name, TarReader reader, TarEntry entry)
    {
        int errno = parent.TryCreate(name, Octal.O600, out FileWriter? file);
        if (errno != 0) return errno;
        using (file) Write(file!, reader, entry);
        return 0;
    }

    /// <summary>
    /// The same in a tree that others use: whoever looks sees the old file or all of the new one, also after this process was killed.
    /// </summary>
    /// <returns>EEXIST where a directory has the name; nothing was read then.</returns>
    public int TryMakeWhole(DirectoryHandle parent, ReadOnlySpan<byte> name, TarReader reader, TarEntry entry)
    {
        if (parent.TryStatus(name, out FileStatus there) == 0 && there.Kind == FileKind.Directory) return Errno.EEXIST;
        int errno = parent.TryCreateUnnamed(Octal.O600, out FileWriter? file);
        if (errno is Errno.EOPNOTSUPP or Errno.EISDIR) return TryMake(parent, name, reader, entry);
        if (errno != 0) return errno;
        using (file)
        {
            Write(file!, reader, entry);
            errno = file!.TryName(parent, name);
            if (errno != Errno.EEXIST) return errno;
            // Only a name can be put over another one. It is there for a moment.
            byte[] passing = Encoding.ASCII.GetBytes($".{Guid.NewGuid():N}");
            Check(file.TryName(parent, passing), "name");
            errno = parent.TryReplace(passing, name);
            if (errno != 0) parent.TryRemoveFile(passing);
            return errno;
        }
    }

    private void Write(FileWriter file, TarReader reader, TarEntry entry)
    {
        if (reader.Sparse is { } sparse) WriteSparse(file, reader, sparse);
        else
        {
            for (ReadOnlySpan<byte> piece = reader.Read(); !piece.IsEmpty; piece = reader.Read())
            {
                Check(file.TryWriteLeavingHoles(piece), "write");
                _hash?.AppendData(piece);
            }
            Check(file.TryEndHole(), "set size");
        }
        Finish(file, entry);
        written?.Invoke(file.Inode, _hash!.GetHashAndReset());
    }

    /// <summary>All but the content. Owner before mode and attributes, because a change of owner clears set-user-ID and capabilities,
    /// as writing does.</summary>
    public static void Finish(FileWriter file, TarEntry entry)
    {
        Check(file.TrySetOwner(entry.Uid, entry.Gid), "set owner");
        Check(file.TrySetMode(entry.Mode), "set mode");
        // Before it has its name: a program without its capabilities is another one.
        foreach ((byte[] key, byte[] value) in entry.Attributes)
            if (!OverlayAttributes.Is(key)) CheckAttribute(file.TrySetAttribute(key, value), key);
        Check(file.TrySetTime(entry.Modified), "set time");
    }

    private void WriteSparse(FileWriter file, TarReader reader, TarSparse sparse)
    {
        long at = 0;
        for (int i = 0; i < sparse.Map.Count; i += 2)
        {
            HashHole(sparse.Map[i] - at);
            at = sparse.Map[i] + sparse.Map[i + 1];
            Check(file.TrySeek(sparse.Map[i]), "seek");
            for (long left = sparse.Map[i + 1]; left > 0;)
            {
                ReadOnlySpan<byte> piece = reader.Read((int)Math.Min(left, int.MaxValue));
                if (piece.IsEmpty) throw GantryException.Invalid("archive: the content of a sparse file is cut short");
                Check(file.TryWrite(piece), "write");
                _hash?.AppendData(piece);
                left -= piece.Length;
            }
        }
        HashHole(sparse.Size - at);
        Check(file.TrySetSize(sparse.Size), "set size");
    }

    private void HashHole(long length)
    {
        if (_hash is null || length <= 0) return;
        byte[] zeros = new byte[Math.Min(length, 1 << 20)];
        for (; length > 0; length -= zeros.Length) _hash.AppendData(zeros.AsSpan(0, (int)Math.Min(length, zeros.Length)));
    }

    /// <summary>For everything but regular files. Owner before mode and attributes,
    /// because a change of owner clears set-user-ID and capabilities.</summary>
    public void SetAttributes(DirectoryHandle parent, ReadOnlySpan<byte> name, TarEntry entry)
    {
        Check(parent.TrySetOwner(name, entry.Uid, entry.Gid), "set owner");
        if (entry.Type != TarEntryType.Link) Check(parent.TrySetMode(name, entry.Mode), "set mode");
        // Overlay's own attributes steer what a mount shows; an image has no say in that.
        foreach ((byte[] key, byte[] value) in entry.Attributes)
            if (!OverlayAttributes.Is(key)) CheckAttribute(parent.TrySetAttribute(name, key, value), key);
        if (entry.Type != TarEntryType.Directory) Check(parent.TrySetTime(name, entry.Modified), "set time");
    }

    /// <summary>Attributes that this file system or kernel has not, such as labels of a security module,
    /// do not keep an image from running.</summary>
    private static void CheckAttribute(int errno, byte[] key)
    {
        if (errno is not (0 or Errno.EOPNOTSUPP or Errno.EPERM)) Check(errno, $"set attribute {PathBytes.Show(key)}");
    }

    private static void Check(int errno, string step)
    {
        if (errno != 0) throw new KernelException(step, errno);
    }
}
