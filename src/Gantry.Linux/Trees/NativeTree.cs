using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Gantry.Linux.Trees;

/// <summary>System calls that name an object relative to an open directory; names are bytes,
/// because a file name need not be UTF-8.</summary>
internal static unsafe partial class NativeTree
{
    public const int O_RDONLY = 0, O_WRONLY = 1, O_CREAT = 0x40, O_EXCL = 0x80, O_TRUNC = 0x200, O_NONBLOCK = 0x800, O_CLOEXEC = 0x80000,
        O_PATH = 0x200000;
    /// <summary>These two have other numbers on arm64.</summary>
    public static readonly int O_DIRECTORY = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 0x4000 : 0x10000;
    public static readonly int O_NOFOLLOW = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 0x8000 : 0x20000;
    public static readonly int O_TMPFILE = 0x400000 | O_DIRECTORY;

    public const int AT_FDCWD = -100, AT_SYMLINK_NOFOLLOW = 0x100, AT_REMOVEDIR = 0x200, AT_SYMLINK_FOLLOW = 0x400, AT_EMPTY_PATH = 0x1000;
    public const uint STATX_BASIC_STATS = 0x7ff;
    /// <summary>openat2(2): absolute names and links start at the directory, and <c>..</c> does not leave it.</summary>
    public const ulong RESOLVE_NO_XDEV = 0x01, RESOLVE_NO_MAGICLINKS = 0x02, RESOLVE_NO_SYMLINKS = 0x04, RESOLVE_BENEATH = 0x08,
        RESOLVE_IN_ROOT = 0x10;
    public const long SYS_openat2 = 437;
    public const int RENAME_NOREPLACE = 1;
    /// <summary>The flags of chattr(1), ioctl_iflags(2). Defined with a long, read and written as an int.</summary>
    public const nuint FS_IOC_GETFLAGS = 0x80086601, FS_IOC_SETFLAGS = 0x40086602;
    public const uint FS_IMMUTABLE_FL = 0x10, FS_APPEND_FL = 0x20;

    [StructLayout(LayoutKind.Sequential)]
    internal struct OpenHow
    {
        public ulong Flags, Mode, Resolve;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal struct TimeSpec
    {
        public long Seconds, Nanoseconds;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal struct StatxTime
    {
        public long Seconds;
        public uint Nanoseconds;
        private readonly int _reserved;
    }

    /// <summary>statx(2): the one status structure with the same layout on every architecture.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct Statx
    {
        public uint Mask, BlockSize;
        public ulong Attributes;
        public uint Links, Uid, Gid;
        public ushort Mode;
        private readonly ushort _pad;
        public ulong Inode, Size, Blocks, AttributesMask;
        public StatxTime Accessed, Born, Changed, Modified;
        public uint RdevMajor, RdevMinor, DevMajor, DevMinor;
        private fixed ulong _spare[14];
    }

    [LibraryImport("libc", SetLastError = true)]
    public static partial long syscall(long number, SafeFileHandle directory, byte* path, OpenHow* how, nuint size);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int openat(SafeFileHandle directory, byte* path, int flags, uint mode);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int open(byte* path, int flags, uint mode);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int faccessat(SafeFileHandle directory, byte* path, int mode, int flags);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int mkdirat(SafeFileHandle directory, byte* path, uint mode);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int mknodat(SafeFileHandle directory, byte* path, uint mode, ulong device);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int symlinkat(byte* target, SafeFileHandle directory, byte* path);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int linkat(SafeFileHandle oldDirectory, byte* oldPath, SafeFileHandle newDirectory, byte* newPath, int flags);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int unlinkat(SafeFileHandle directory, byte* path, int flags);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int renameat2(SafeFileHandle oldDirectory, byte* oldPath, SafeFileHandle newDirectory, byte* newPath, uint flags);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int fchown(SafeFileHandle file, uint uid, uint gid);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int fchmod(SafeFileHandle file, uint mode);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int futimens(SafeFileHandle file, TimeSpec* times);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int fchownat(SafeFileHandle directory, byte* path, uint uid, uint gid, int flags);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int fchmodat(SafeFileHandle directory, byte* path, uint mode, int flags);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int utimensat(SafeFileHandle directory, byte* path, TimeSpec* times, int flags);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int statx(SafeFileHandle directory, byte* path, int flags, uint mask, Statx* status);

    [LibraryImport("libc", SetLastError = true)]
    public static partial nint readlinkat(SafeFileHandle directory, byte* path, byte* buffer, nuint size);

    [LibraryImport("libc", SetLastError = true)]
    public static partial nint getdents64(SafeFileHandle directory, byte* buffer, nuint size);

    [LibraryImport("libc", SetLastError = true)]
    public static partial nint write(SafeFileHandle file, byte* buffer, nuint size);

    [LibraryImport("libc", SetLastError = true)]
    public static partial long lseek(SafeFileHandle file, long offset, int whence);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int ftruncate(SafeFileHandle file, long size);

    [LibraryImport("libc", SetLastError = true)]
    public static partial nint copy_file_range(SafeFileHandle source, long* sourceOffset, SafeFileHandle target, long* targetOffset,
        nuint size, uint flags);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int syncfs(SafeFileHandle file);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int fsync(SafeFileHandle file);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int lsetxattr(byte* path, byte* name, byte* value, nuint size, int flags);

    [LibraryImport("libc", SetLastError = true)]
    public static partial nint lgetxattr(byte* path, byte* name, byte* value, nuint size);

    [LibraryImport("libc", SetLastError = true)]
    public static partial nint llistxattr(byte* path, byte* list, nuint size);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int ioctl(SafeFileHandle file, nuint request, uint* flags);
}
