using System.Runtime.InteropServices;
using Gantry.Linux.Files;
using Gantry.Linux.Native;
using Microsoft.Win32.SafeHandles;

namespace Gantry.Linux.Trees;

/// <summary>An open directory. Methods named <c>Try…</c> return an errno, 0 for success, for callers to whom a refusal is news,
/// not a failure.</summary>
/// <remarks>Every name taken is one component, so no call follows a link or leaves the directory; <see cref="TryOpenInRoot"/> alone takes
/// paths and confines them.</remarks>
public sealed unsafe partial class DirectoryHandle : IDisposable
{
    private readonly SafeFileHandle _handle;

    private DirectoryHandle(int descriptor) => _handle = new SafeFileHandle(descriptor, ownsHandle: true);

    public void Dispose() => _handle.Dispose();

    /// <exception cref="KernelException">It does not exist or is no directory.</exception>
    public static DirectoryHandle Open(string path)
    {
        fixed (byte* terminated = (byte[])[.. PathBytes.Of(path), 0])
        {
            int descriptor = OpenCall.At(FileCalls.AT_FDCWD, terminated, OpenFlags.Directory, 0, out int errno);
            return errno == 0 ? new DirectoryHandle(descriptor) : throw new KernelException("open directory", errno, path);
        }
    }

    /// <summary>An open directory as a handle of this kind, for as long as the handle lives.</summary>
    public static DirectoryHandle Open(SafeFileDescriptor directory) => Open(directory.ProcPath);

    /// <summary>Whose files these are, see <see cref="FileNature"/>.</summary>
    public long FileSystem => FileNature.FileSystemOf(_handle);

    /// <summary>A path by which this process reaches the same directory, valid until disposal.</summary>
    public string ProcPath => $"/proc/self/fd/{_handle.DangerousGetHandle()}";

    /// <summary>Whether its mount or file system takes no changes.</summary>
    public bool IsReadOnly
    {
        get
        {
            const int writable = 2;
            byte* path = stackalloc byte[] { (byte)'.', 0 };
            return FileCalls.faccessat(_handle, path, writable, 0) != 0 && Marshal.GetLastPInvokeError() == Errno.EROFS;
        }
    }

    /// <summary>Opens a directory below this one as a process with this one as its root would: openat2(2) with RESOLVE_IN_ROOT.</summary>
    /// <remarks>The kernel takes 4095 bytes at a time. What lies deeper is opened piece by piece, and there no link is followed:
    /// it would begin at the piece.</remarks>
    public int TryOpenInRoot(ReadOnlySpan<byte> path, out DirectoryHandle? directory)
    {
        ulong resolve = FileCalls.RESOLVE_IN_ROOT | FileCalls.RESOLVE_NO_MAGICLINKS;
        DirectoryHandle? above = null;
        while (path.Length > PathBytes.MaxPath)
        {
            directory = null;
            int slash = path[..PathBytes.MaxPath].LastIndexOf((byte)'/');
            int errno = slash <= 0 ? Errno.ENAMETOOLONG : (above ?? this).TryResolve(path[..slash], resolve, out directory);
            above?.Dispose();
            if (errno != 0) return errno;
            above = directory;
            resolve = FileCalls.RESOLVE_BENEATH | FileCalls.RESOLVE_NO_SYMLINKS;
            path = path[(slash + 1)..];
        }
        using (above) return (above ?? this).TryResolve(path, resolve, out directory);
    }

    private int TryResolve(ReadOnlySpan<byte> path, ulong resolve, out DirectoryHandle? directory)
    {
        directory = null;
        byte* buffer = stackalloc byte[PathBytes.MaxPath + 1];
        if (!PathBytes.Terminate(path.IsEmpty ? "."u8 : path, new Span<byte>(buffer, PathBytes.MaxPath + 1))) return Errno.ENAMETOOLONG;
        ReadOnlySpan<byte> terminated = new(buffer, PathBytes.MaxPath + 1);
        int descriptor = OpenCall.Resolved(_handle, terminated, OpenFlags.Directory, resolve, out int errno);
        // A directory that may be passed but not read serves to find what is in it.
        if (errno == Errno.EACCES)
            descriptor = OpenCall.Resolved(_handle, terminated, OpenFlags.Directory | OpenFlags.Path, resolve, out errno);
        if (errno == 0) directory = new DirectoryHandle(descriptor);
        return errno;
    }

    /// <summary>Opens a directory in this one; a link is refused.</summary>
    public int TryOpen(ReadOnlySpan<byte> name, out DirectoryHandle? directory)
    {
        int errno = OpenAt(name, OpenFlags.Directory | OpenFlags.NoFollow, 0, out int descriptor);
        directory = errno == 0 ? new DirectoryHandle(descriptor) : null;
        return errno;
    }

    /// <summary>Opens a directory in this one that lies on the same mount; a link is refused.</summary>
    /// <returns>EXDEV where something is mounted.</returns>
    public int TryOpenOnThisMount(ReadOnlySpan<byte> name, out DirectoryHandle? directory) =>
        TryResolve(name, FileCalls.RESOLVE_BENEATH | FileCalls.RESOLVE_NO_SYMLINKS | FileCalls.RESOLVE_NO_XDEV, out directory);

    /// <summary>Makes an empty file and opens it for writing.</summary>
    public int TryCreate(ReadOnlySpan<byte> name, uint mode, out FileWriter? file)
    {
        int errno =
            OpenAt(name, OpenFlags.WriteOnly | OpenFlags.Create | OpenFlags.Exclusive | OpenFlags.NoFollow, mode, out int descriptor);
        file = errno == 0 ? new FileWriter(new SafeFileHandle(descriptor, ownsHandle: true)) : null;
        return errno;
    }

    /// <summary>Makes a file that has no name yet and goes with its last descriptor;
    /// <see cref="FileWriter.TryName"/> gives it one.</summary>
    /// <returns>EOPNOTSUPP or EISDIR where the file system makes no such files.</returns>
    public int TryCreateUnnamed(uint mode, out FileWriter? file)
    {
        int errno = OpenAt("."u8, OpenFlags.WriteOnly | OpenFlags.Nameless, mode, out int descriptor);
        file = errno == 0 ? new FileWriter(new SafeFileHandle(descriptor, ownsHandle: true)) : null;
        return errno;
    }

    /// <summary>Opens a regular file for reading; a link is refused, and a FIFO that took the file's place does not hold us.</summary>
    public int TryOpenFile(ReadOnlySpan<byte> name, out SafeFileHandle? file)
    {
        int errno = OpenAt(name, OpenFlags.NoFollow | OpenFlags.NonBlock, 0, out int descriptor);
        file = errno == 0 ? new SafeFileHandle(descriptor, ownsHandle: true) : null;
        return errno;
    }

    /// <summary>Reads a file from its beginning up to the end of the buffer, with no more calls than that takes.</summary>
    public int TryReadFile(ReadOnlySpan<byte> name, Span<byte> buffer, out int length)
    {
        length = 0;
        int errno = OpenAt(name, OpenFlags.NoFollow | OpenFlags.NonBlock, 0, out int descriptor);
        if (errno != 0) return errno;
        fixed (byte* start = buffer)
        {
            while (length < buffer.Length)
            {
                nint count = DescriptorCalls.pread(descriptor, start + length, (nuint)(buffer.Length - length), length);
                if (count == 0) break;
                if (count > 0) length += (int)count;
                else if ((errno = Marshal.GetLastPInvokeError()) != Errno.EINTR) break;
                else errno = 0;
            }
        }
        DescriptorCalls.close(descriptor);
        return errno;
    }

    /// <summary>Opens what is a regular file, and nothing else: opening a device can do something, whoever reads it or not.</summary>
    /// <param name="status">Of the file that was opened.</param>
    /// <returns>EINVAL where something else has the name.</returns>
    public int TryOpenRegular(ReadOnlySpan<byte> name, out SafeFileHandle? file, out FileStatus status)
    {
        file = null;
        int errno = TryStatus(name, out status);
        if (errno == 0) errno = status.Kind == FileKind.Regular ? TryOpenFile(name, out file) : Errno.EINVAL;
        if (errno != 0) return errno;
        status = StatusOf(file!);
        if (status.Kind == FileKind.Regular) return 0;
        file!.Dispose();
        file = null;
        return Errno.EINVAL;
    }

    public int TryMakeDirectory(ReadOnlySpan<byte> name, uint mode)
    {
        byte* path = stackalloc byte[PathBytes.MaxName + 1];
        return !Name(name, path) ? Errno.ENAMETOOLONG : Result(FileCalls.mkdirat(_handle, path, mode));
    }

    /// <summary>Makes a device node or a FIFO.</summary>
    public int TryMakeNode(ReadOnlySpan<byte> name, FileKind kind, uint mode, uint major, uint minor)
    {
        byte* path = stackalloc byte[PathBytes.MaxName + 1];
        return !Name(name, path) ? Errno.ENAMETOOLONG
            : Result(FileCalls.mknodat(_handle, path, (uint)kind | mode, FileCalls.DeviceNumber(major, minor)));
    }

    /// <param name="target">Stored as it is.</param>
    public int TryMakeLink(ReadOnlySpan<byte> name, ReadOnlySpan<byte> target)
    {
        byte* path = stackalloc byte[PathBytes.MaxName + 1], to = stackalloc byte[PathBytes.MaxPath + 1];
        if (!Name(name, path) || !PathBytes.Terminate(target, new Span<byte>(to, PathBytes.MaxPath + 1))) return Errno.ENAMETOOLONG;
        return Result(FileCalls.symlinkat(to, _handle, path));
    }

    /// <summary>Gives the object <paramref name="existing"/> in <paramref name="directory"/> a second name here.
    /// A link is linked itself.</summary>
    public int TryMakeHardLink(ReadOnlySpan<byte> name, DirectoryHandle directory, ReadOnlySpan<byte> existing)
    {
        byte* path = stackalloc byte[PathBytes.MaxName + 1], old = stackalloc byte[PathBytes.MaxName + 1];
        if (!Name(name, path) || !Name(existing, old)) return Errno.ENAMETOOLONG;
        return Result(FileCalls.linkat(directory._handle, old, _handle, path, 0));
    }

    public int TryRemoveFile(ReadOnlySpan<byte> name) => Unlink(name, 0);

    public int TryRemoveDirectory(ReadOnlySpan<byte> name) => Unlink(name, FileCalls.AT_REMOVEDIR);

    /// <returns>ENOTTY where there are no subvolumes, ENOTEMPTY where it holds another one.</returns>
    internal int TryDestroySubvolume(ReadOnlySpan<byte> name) =>
        name.Length > PathBytes.MaxName ? Errno.ENAMETOOLONG : Subvolume.TryDestroy(_handle, name);

    /// <summary>Moves within the file system; fails with EEXIST rather than replace.</summary>
    public int TryRename(ReadOnlySpan<byte> name, DirectoryHandle target, ReadOnlySpan<byte> newName)
    {
        byte* path = stackalloc byte[PathBytes.MaxName + 1], to = stackalloc byte[PathBytes.MaxName + 1];
        if (!Name(name, path) || !Name(newName, to)) return Errno.ENAMETOOLONG;
        return Result(FileCalls.renameat2(_handle, path, target._handle, to, FileCalls.RENAME_NOREPLACE));
    }

    /// <summary>Moves within this directory in one step, over whatever has the new name and is no directory.</summary>
    public int TryReplace(ReadOnlySpan<byte> name, ReadOnlySpan<byte> newName)
    {
        byte* path = stackalloc byte[PathBytes.MaxName + 1], to = stackalloc byte[PathBytes.MaxName + 1];
        return !Name(name, path) || !Name(newName, to) ? Errno.ENAMETOOLONG : Result(FileCalls.renameat2(_handle, path, _handle, to, 0));
    }

    /// <returns>EEXIST rather than replace.</returns>
    internal int TryAdopt(ReadOnlySpan<byte> name, SafeFileHandle unnamed)
    {
        byte* path = stackalloc byte[PathBytes.MaxName + 1];
        if (!Name(name, path)) return Errno.ENAMETOOLONG;
        // By its path below /proc: the call that takes a descriptor alone wants a capability that the command line's user has not.
        fixed (byte* magic = System.Text.Encoding.ASCII.GetBytes($"/proc/self/fd/{unnamed.DangerousGetHandle()}\0"))
            return Result(FileCalls.linkat(_handle, magic, _handle, path, FileCalls.AT_SYMLINK_FOLLOW));
    }

    /// <summary>Waits until everything written to this file system is on disk.</summary>
    public void SyncFileSystem()
    {
        if (DescriptorCalls.syncfs(_handle) != 0) throw new KernelException("sync file system", Marshal.GetLastPInvokeError());
    }

    /// <summary>Waits until the names in this directory are on disk.</summary>
    public void Sync()
    {
        if (DescriptorCalls.fsync(_handle) != 0) throw new KernelException("sync directory", Marshal.GetLastPInvokeError());
    }

    private int Unlink(ReadOnlySpan<byte> name, int flags)
    {
        byte* path = stackalloc byte[PathBytes.MaxName + 1];
        return !Name(name, path) ? Errno.ENAMETOOLONG : Result(FileCalls.unlinkat(_handle, path, flags));
    }

    private int OpenAt(ReadOnlySpan<byte> name, OpenFlags flags, uint mode, out int descriptor)
    {
        byte* path = stackalloc byte[PathBytes.MaxName + 1];
        descriptor = -1;
        if (!Name(name, path)) return Errno.ENAMETOOLONG;
        descriptor = OpenCall.At(_handle, path, flags, mode, out int errno);
        return errno;
    }

    private static bool Name(ReadOnlySpan<byte> name, byte* buffer) =>
        PathBytes.Terminate(name, new Span<byte>(buffer, PathBytes.MaxName + 1));

    private static int Result(int result) => result < 0 ? Marshal.GetLastPInvokeError() : 0;
}
