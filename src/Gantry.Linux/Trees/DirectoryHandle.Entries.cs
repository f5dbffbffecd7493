using System.Runtime.InteropServices;
using Gantry.Linux.Files;
using Gantry.Linux.Native;

namespace Gantry.Linux.Trees;

/// <summary>One name in a directory.</summary>
/// <param name="Kind">Null when the file system does not say; ask for the status then.</param>
public readonly record struct DirectoryEntry(byte[] Name, FileKind? Kind);

public sealed unsafe partial class DirectoryHandle
{
    internal const int EntriesBuffer = 32 << 10;
    private const int NameOffset = 19;

    /// <summary>All names but <c>.</c> and <c>..</c>, in the order of the file system. Read whole,
    /// so the caller may change the directory meanwhile.</summary>
    /// <exception cref="KernelException">The directory cannot be read.</exception>
    public List<DirectoryEntry> Entries()
    {
        List<DirectoryEntry> entries = [];
        Rewind();
        byte[] buffer = new byte[EntriesBuffer];
        while (ReadSome(buffer, entries)) { }
        return entries;
    }

    /// <summary>Whether there is nothing in it.</summary>
    public bool IsEmpty
    {
        get
        {
            List<DirectoryEntry> entries = [];
            Rewind();
            byte[] buffer = new byte[1 << 10];
            while (entries.Count == 0 && ReadSome(buffer, entries)) { }
            return entries.Count == 0;
        }
    }

    /// <summary>Begins again with the first name.</summary>
    internal void Rewind()
    {
        if (DescriptorCalls.lseek(_handle, 0, 0) < 0) throw new KernelException("rewind directory", Marshal.GetLastPInvokeError());
    }

    /// <summary>Adds as many names as fit into the buffer, for directories of any width.</summary>
    /// <returns>False after the last one.</returns>
    internal bool ReadSome(byte[] buffer, List<DirectoryEntry> entries)
    {
        fixed (byte* start = buffer)
        {
            nint count = DescriptorCalls.getdents64(_handle, start, (nuint)buffer.Length);
            int errno = count < 0 ? Marshal.GetLastPInvokeError() : 0;
            // Somebody else removed it since it was opened: nothing is in it any more.
            if (errno == Errno.ENOENT) return false;
            if (errno != 0) throw new KernelException("read directory", errno);
            for (nint offset = 0; offset < count;) offset += Add(entries, start + offset);
            return count > 0;
        }
    }

    /// <summary>As <see cref="Entries"/>, by the bytes of the names.</summary>
    public List<DirectoryEntry> SortedEntries()
    {
        List<DirectoryEntry> entries = Entries();
        entries.Sort((a, b) => a.Name.AsSpan().SequenceCompareTo(b.Name));
        return entries;
    }

    /// <summary>As <see cref="SortedEntries()"/>, of a directory that anybody may have filled.</summary>
    /// <returns>False where there are more than <paramref name="most"/>.</returns>
    public bool TrySortedEntries(int most, out List<DirectoryEntry> entries)
    {
        entries = [];
        Rewind();
        byte[] buffer = new byte[EntriesBuffer];
        while (entries.Count <= most && ReadSome(buffer, entries)) { }
        entries.Sort((a, b) => a.Name.AsSpan().SequenceCompareTo(b.Name));
        return entries.Count <= most;
    }

    /// <summary>struct linux_dirent64: inode 8, offset 8, record length 2, type 1, name with NUL.</summary>
    private static int Add(List<DirectoryEntry> entries, byte* record)
    {
        ReadOnlySpan<byte> name = MemoryMarshal.CreateReadOnlySpanFromNullTerminated(record + NameOffset);
        byte type = record[18];
        // DT_… is S_IF… shifted by twelve bits.
        if (!name.SequenceEqual("."u8) && !name.SequenceEqual(".."u8))
            entries.Add(new DirectoryEntry(name.ToArray(), type == 0 ? null : (FileKind)((uint)type << 12)));
        return *(ushort*)(record + 16);
    }

    /// <returns>What the link says, null when it is none.</returns>
    public byte[]? ReadLink(ReadOnlySpan<byte> name)
    {
        byte* path = stackalloc byte[PathBytes.MaxName + 1], buffer = stackalloc byte[PathBytes.MaxPath + 1];
        if (!Name(name, path)) return null;
        nint length = FileCalls.readlinkat(_handle, path, buffer, PathBytes.MaxPath + 1);
        return length < 0 ? null : new ReadOnlySpan<byte>(buffer, (int)length).ToArray();
    }
}
