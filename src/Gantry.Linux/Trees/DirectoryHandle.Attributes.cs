using System.Runtime.InteropServices;
using System.Text;
using Gantry.Linux.Files;
using Gantry.Linux.Native;
using Microsoft.Win32.SafeHandles;

namespace Gantry.Linux.Trees;

/// <summary>Status, owner, mode, times and extended attributes of what is in the directory.
/// An empty name means the directory itself.</summary>
public sealed unsafe partial class DirectoryHandle
{
    /// <summary>Whether the kernel was found to have no listxattrat(2).</summary>
    private static volatile bool _listsByPathAlone;

    public int TryStatus(ReadOnlySpan<byte> name, out FileStatus status)
    {
        byte* path = stackalloc byte[PathBytes.MaxName + 1];
        status = default;
        if (!Name(name, path)) return Errno.ENAMETOOLONG;
        int flags = FileCalls.AT_SYMLINK_NOFOLLOW | (name.IsEmpty ? FileCalls.AT_EMPTY_PATH : 0);
        if (StatusCall.Try(_handle, path, flags, out FileCalls.Statx raw) is var errno and not 0) return errno;
        status = Of(raw);
        return 0;
    }

    /// <summary>Of an open file, whatever is called so by now.</summary>
    public static FileStatus StatusOf(SafeFileHandle file) => Of(StatusCall.Of(file));

    private static FileStatus Of(in FileCalls.Statx raw) => new(StatusCall.Kind(raw), StatusCall.Permissions(raw), raw.Uid, raw.Gid,
        (long)raw.Size, (long)raw.Blocks, raw.Links, raw.Inode, raw.RdevMajor, raw.RdevMinor,
        new FileTime(raw.Modified.Seconds, raw.Modified.Nanoseconds), new FileTime(raw.Changed.Seconds, raw.Changed.Nanoseconds),
        StatusCall.Device(raw));

    /// <summary>Changes the owner; of a link, its own.</summary>
    public int TrySetOwner(ReadOnlySpan<byte> name, uint uid, uint gid)
    {
        byte* path = stackalloc byte[PathBytes.MaxName + 1];
        if (!Name(name, path)) return Errno.ENAMETOOLONG;
        int flags = FileCalls.AT_SYMLINK_NOFOLLOW | (name.IsEmpty ? FileCalls.AT_EMPTY_PATH : 0);
        return Result(FileCalls.fchownat(_handle, path, uid, gid, flags));
    }

    /// <summary>Changes permission bits. The kernel follows links here, so the caller must know that it is none.</summary>
    public int TrySetMode(ReadOnlySpan<byte> name, uint mode)
    {
        if (name.IsEmpty) return Result(DescriptorCalls.fchmod(_handle, mode));
        byte* path = stackalloc byte[PathBytes.MaxName + 1];
        return !Name(name, path) ? Errno.ENAMETOOLONG : Result(FileCalls.fchmodat(_handle, path, mode, 0));
    }

    /// <summary>Sets the times of access and modification; of a link, its own.</summary>
    public int TrySetTime(ReadOnlySpan<byte> name, FileTime time)
    {
        DescriptorCalls.TimeSpec* times = stackalloc DescriptorCalls.TimeSpec[2];
        times[0] = times[1] = new DescriptorCalls.TimeSpec { Seconds = time.Seconds, Nanoseconds = time.Nanoseconds };
        if (name.IsEmpty) return Result(DescriptorCalls.futimens(_handle, times));
        byte* path = stackalloc byte[PathBytes.MaxName + 1];
        return !Name(name, path) ? Errno.ENAMETOOLONG : Result(FileCalls.utimensat(_handle, path, times, FileCalls.AT_SYMLINK_NOFOLLOW));
    }

    /// <summary>Takes from a file or directory what keeps even root from changing it: chattr(1) <c>+i</c> and <c>+a</c>.</summary>
    /// <returns>False where it has neither, or they stay.</returns>
    public bool TryMakeChangeable(ReadOnlySpan<byte> name)
    {
        if (TryStatus(name, out FileStatus status) != 0) return false;
        switch (status.Kind)
        {
            case FileKind.Directory when name.IsEmpty:
                return TryMakeChangeable(_handle);
            case FileKind.Directory when TryOpenOnThisMount(name, out DirectoryHandle? directory) == 0:
                using (directory) return TryMakeChangeable(directory!._handle);
            case FileKind.Regular when TryOpenFile(name, out SafeFileHandle? file) == 0:
                using (file) return TryMakeChangeable(file!);
            default:
                return false;
        }
    }

    private static bool TryMakeChangeable(SafeFileHandle file)
    {
        const uint both = FileCalls.FS_IMMUTABLE_FL | FileCalls.FS_APPEND_FL;
        ulong space = 0;
        uint* flags = (uint*)&space;
        nint where = (nint)flags;
        if (DescriptorCalls.ioctl(file, FileCalls.FS_IOC_GETFLAGS, where) != 0 || (*flags & both) == 0) return false;
        *flags &= ~both;
        return DescriptorCalls.ioctl(file, FileCalls.FS_IOC_SETFLAGS, where) == 0;
    }

    public int TrySetAttribute(ReadOnlySpan<byte> name, ReadOnlySpan<byte> attribute, ReadOnlySpan<byte> value)
    {
        Span<byte> key = stackalloc byte[PathBytes.MaxName + 1];
        if (name.Length > PathBytes.MaxName || !PathBytes.Terminate(attribute, key)) return Errno.ENAMETOOLONG;
        fixed (byte* path = PathOf(name), attributeName = key, data = value)
            return Result(FileCalls.lsetxattr(path, attributeName, data, (nuint)value.Length, 0));
    }

    /// <returns>Names with their values; empty where the file system has none.</returns>
    public IReadOnlyList<KeyValuePair<byte[], byte[]>> Attributes(ReadOnlySpan<byte> name)
    {
        if (HasNoAttributes(name)) return [];
        fixed (byte* path = PathOf(name))
        {
            nint size = FileCalls.llistxattr(path, null, 0);
            if (size <= 0) return [];
            byte[] list = new byte[size + 256];
            fixed (byte* buffer = list) size = FileCalls.llistxattr(path, buffer, (nuint)list.Length);
            if (size <= 0) return [];
            List<KeyValuePair<byte[], byte[]>> found = [];
            ReadOnlySpan<byte> rest = list.AsSpan(0, (int)size);
            while (!rest.IsEmpty)
            {
                int end = rest.IndexOf((byte)0);
                if (end < 0) break;
                if (Attribute(path, rest[..(end + 1)]) is { } value) found.Add(new(rest[..end].ToArray(), value));
                rest = rest[(end + 1)..];
            }
            return found;
        }
    }

    /// <summary>Most files have none, and all that are sent, copied or archived are asked for them: one call, and nothing is allocated.
    /// </summary>
    /// <returns>False where that is not known.</returns>
    public bool HasNoAttributes(ReadOnlySpan<byte> name)
    {
        byte* path = stackalloc byte[PathBytes.MaxName + 1];
        if (_listsByPathAlone || !Name(name, path)) return false;
        int flags = FileCalls.AT_SYMLINK_NOFOLLOW | (name.IsEmpty ? FileCalls.AT_EMPTY_PATH : 0);
        nint size = FileCalls.ListXattrAt(_handle, path, flags, null, 0);
        if (size < 0 && Marshal.GetLastPInvokeError() == Errno.ENOSYS) _listsByPathAlone = true;
        return size == 0;
    }

    public bool HasAttribute(ReadOnlySpan<byte> name, string attribute)
    {
        if (HasNoAttributes(name)) return false;
        fixed (byte* path = PathOf(name)) return Attribute(path, Encoding.ASCII.GetBytes(attribute + '\0')) is not null;
    }

    private static byte[]? Attribute(byte* path, ReadOnlySpan<byte> terminatedName)
    {
        fixed (byte* attribute = terminatedName)
        {
            nint size = FileCalls.lgetxattr(path, attribute, null, 0);
            if (size < 0) return null;
            byte[] value = new byte[size];
            fixed (byte* buffer = value) return FileCalls.lgetxattr(path, attribute, buffer, (nuint)size) == size ? value : null;
        }
    }

    /// <summary>Extended attributes have no calls relative to a directory before Linux 6.13, but for what
    /// <see cref="HasNoAttributes"/> asks; through /proc the directory is named by its descriptor all the same.</summary>
    private byte[] PathOf(ReadOnlySpan<byte> name)
    {
        byte[] directory = Encoding.ASCII.GetBytes($"/proc/self/fd/{_handle.DangerousGetHandle()}/");
        byte[] last = name.IsEmpty ? "."u8.ToArray() : name.ToArray();
        return [.. directory, .. last, 0];
    }
}
