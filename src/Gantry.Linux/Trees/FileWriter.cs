using System.Buffers;
using System.Runtime.InteropServices;
using Gantry.Linux.Files;
using Gantry.Linux.Native;
using Microsoft.Win32.SafeHandles;

namespace Gantry.Linux.Trees;

/// <summary>A new file, written once from front to back. Without a buffer: the callers bring large pieces.</summary>
public sealed unsafe class FileWriter : IDisposable
{
    private const int Page = 4096, Current = 1;
    /// <summary>Up to this size one read and one write cost less than to ask whether blocks can be shared and where holes are.</summary>
    private const int SmallFile = 64 << 10;
    private const int PieceSize = 128 << 10;

    private readonly SafeFileHandle _handle;
    private bool _endsInHole;

    internal FileWriter(SafeFileHandle handle) => _handle = handle;

    public void Dispose() => _handle.Dispose();

    /// <summary>By which its status knows it again.</summary>
    public ulong Inode => StatusCall.Of(_handle).Inode;

    public FileStatus Status => DirectoryHandle.StatusOf(_handle);

    public int TryWrite(ReadOnlySpan<byte> bytes)
    {
        fixed (byte* start = bytes)
        {
            for (nuint done = 0; done < (nuint)bytes.Length;)
            {
                nint written = DescriptorCalls.write(_handle, start + done, (nuint)bytes.Length - done);
                if (written >= 0) done += (nuint)written;
                else if (Marshal.GetLastPInvokeError() != Errno.EINTR) return Marshal.GetLastPInvokeError();
            }
        }
        return 0;
    }

    /// <summary>The same, with holes in place of whole pages of zeros. To be ended with <see cref="TryEndHole"/>.</summary>
    public int TryWriteLeavingHoles(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            bool zeros = IsZeroPage(bytes);
            int length = 0;
            do length = Math.Min(length + Page, bytes.Length);
            while (length < bytes.Length && IsZeroPage(bytes[length..]) == zeros);
            int errno = zeros ? Result(DescriptorCalls.lseek(_handle, length, Current)) : TryWrite(bytes[..length]);
            if (errno != 0) return errno;
            _endsInHole = zeros;
            bytes = bytes[length..];
        }
        return 0;
    }

    /// <summary>Makes a hole at the end count to the size.</summary>
    public int TryEndHole() => _endsInHole ? TrySetSize(DescriptorCalls.lseek(_handle, 0, Current)) : 0;

    private static bool IsZeroPage(ReadOnlySpan<byte> bytes) => bytes.Length >= Page && !bytes[..Page].ContainsAnyExcept((byte)0);

    /// <summary>Leaves a hole up to this offset.</summary>
    public int TrySeek(long offset) => DescriptorCalls.lseek(_handle, offset, 0) < 0 ? Marshal.GetLastPInvokeError() : 0;

    /// <summary>Sets the size, with a hole at the end where it grows.</summary>
    public int TrySetSize(long size) => Result(DescriptorCalls.ftruncate(_handle, size));

    /// <summary>Owner first, because the kernel clears set-user-ID and capabilities when the owner changes.</summary>
    public int TrySetOwner(uint uid, uint gid) => Result(DescriptorCalls.fchown(_handle, uid, gid));

    public int TrySetMode(uint mode) => Result(DescriptorCalls.fchmod(_handle, mode));

    public int TrySetTime(FileTime time)
    {
        DescriptorCalls.TimeSpec* times = stackalloc DescriptorCalls.TimeSpec[2];
        times[0] = times[1] = new DescriptorCalls.TimeSpec { Seconds = time.Seconds, Nanoseconds = time.Nanoseconds };
        return Result(DescriptorCalls.futimens(_handle, times));
    }

    /// <summary>After content and owner: both clear file capabilities.</summary>
    public int TrySetAttribute(ReadOnlySpan<byte> attribute, ReadOnlySpan<byte> value)
    {
        Span<byte> key = stackalloc byte[PathBytes.MaxName + 1];
        if (!PathBytes.Terminate(attribute, key)) return Errno.ENAMETOOLONG;
        fixed (byte* name = key, data = value) return Result(FileCalls.fsetxattr(_handle, name, data, (nuint)value.Length, 0));
    }

    /// <summary>Gives a file that was made without a name one.</summary>
    /// <returns>EEXIST where the name is taken.</returns>
    public int TryName(DirectoryHandle directory, ReadOnlySpan<byte> name) => directory.TryAdopt(name, _handle);

    /// <summary>Copies a file whole, in the kernel, sharing blocks where the file system can, and leaving its holes.</summary>
    public int TryCopyFrom(SafeFileHandle source)
    {
        long size = RandomAccess.GetLength(source);
        if (size <= SmallFile) return CopyByHand(source, 0, size, leavingHoles: true);
        if (DescriptorCalls.ioctl(_handle, FileCalls.FICLONE, source.DangerousGetHandle()) == 0) return 0;
        foreach ((long offset, long length) in FilePieces.Of(source, size))
            if (TryCopyPiece(source, offset, length) is var errno and not 0) return errno;
        return TrySetSize(size);
    }

    private int TryCopyPiece(SafeFileHandle source, long offset, long length)
    {
        if (TrySeek(offset) is var refused and not 0) return refused;
        while (length > 0)
        {
            nint copied = DescriptorCalls.copy_file_range(source, &offset, _handle, null, (nuint)length, 0);
            if (copied == 0) return 0;
            if (copied > 0)
            {
                length -= copied;
                continue;
            }
            int errno = Marshal.GetLastPInvokeError();
            if (errno == Errno.EINTR) continue;
            // Different file systems before 5.19, or one that cannot: by hand.
            return errno is Errno.EXDEV or Errno.EINVAL or Errno.EOPNOTSUPP or Errno.ENOSYS
                ? CopyByHand(source, offset, length, leavingHoles: false) : errno;
        }
        return 0;
    }

    private int CopyByHand(SafeFileHandle source, long offset, long length, bool leavingHoles)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent((int)Math.Min(length, PieceSize));
        try
        {
            while (length > 0)
            {
                int count = RandomAccess.Read(source, buffer.AsSpan(0, (int)Math.Min(length, buffer.Length)), offset);
                if (count == 0) break;
                ReadOnlySpan<byte> piece = buffer.AsSpan(0, count);
                if ((leavingHoles ? TryWriteLeavingHoles(piece) : TryWrite(piece)) is var errno and not 0) return errno;
                offset += count;
                length -= count;
            }
            return leavingHoles ? TryEndHole() : 0;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static int Result(long result) => result < 0 ? Marshal.GetLastPInvokeError() : 0;
}
