using System.Runtime.InteropServices;

namespace Gantry.Linux.Native;

/// <summary>Calls that name a file, by a path or below an open directory.</summary>
internal static unsafe partial class FileCalls
{
    public const int O_RDONLY = 0, O_WRONLY = 1, O_CREAT = 0x40, O_EXCL = 0x80, O_TRUNC = 0x200, O_NONBLOCK = 0x800, O_CLOEXEC = 0x80000,
        O_PATH = 0x200000;
    /// <summary>These two have other numbers on arm64.</summary>
    public static readonly int O_DIRECTORY = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 0x4000 : 0x10000;
    public static readonly int O_NOFOLLOW = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 0x8000 : 0x20000;
    public static readonly int O_TMPFILE = 0x400000 | O_DIRECTORY;

    public const int AT_FDCWD = -100, AT_SYMLINK_NOFOLLOW = 0x100, AT_REMOVEDIR = 0x200, AT_EACCESS = 0x200, AT_SYMLINK_FOLLOW = 0x400,
        AT_EMPTY_PATH = 0x1000;
    public const uint STATX_BASIC_STATS = 0x7ff, STATX_BTIME = 0x800;
    /// <summary>openat2(2): absolute names and links start at the directory, and <c>..</c> does not leave it.</summary>
    public const ulong RESOLVE_NO_XDEV = 0x01, RESOLVE_NO_MAGICLINKS = 0x02, RESOLVE_NO_SYMLINKS = 0x04, RESOLVE_BENEATH = 0x08,
        RESOLVE_IN_ROOT = 0x10;
    public const int RENAME_NOREPLACE = 1;
    /// <summary>ioctl_ficlone(2).</summary>
    public const ulong FICLONE = 0x40049409;
    /// <summary>The flags of chattr(1), ioctl_iflags(2). Defined with a long, read and written as an int.</summary>
    public const ulong FS_IOC_GETFLAGS = 0x80086601, FS_IOC_SETFLAGS = 0x40086602;
    public const uint FS_IMMUTABLE_FL = 0x10, FS_APPEND_FL = 0x20;

    [LibraryImport("libc", SetLastError = true)]
    public static partial int openat(DescriptorArgument directory, PathArgument path, int flags, uint mode);

    /// <summary>openat2(2), which libc has no function for.</summary>
    public static long OpenAt2(SafeHandle directory, ReadOnlySpan<byte> terminatedPath, in OpenHow how)
    {
        bool held = false;
        try
        {
            directory.DangerousAddRef(ref held);
            fixed (byte* path = terminatedPath)
            fixed (OpenHow* request = &how)
                return SystemCalls.syscall(SyscallNumber.Openat2, directory.DangerousGetHandle(), (nint)path, (nint)request,
                    sizeof(OpenHow), 0);
        }
        finally
        {
            if (held) directory.DangerousRelease();
        }
    }

    [LibraryImport("libc", SetLastError = true)]
    public static partial int faccessat(DescriptorArgument directory, PathArgument path, int mode, int flags);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int statx(DescriptorArgument directory, PathArgument path, int flags, uint mask, Statx* status);

    [LibraryImport("libc", SetLastError = true)]
    public static partial nint readlinkat(DescriptorArgument directory, PathArgument path, byte* buffer, nuint size);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int mkdirat(DescriptorArgument directory, PathArgument path, uint mode);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int mknodat(DescriptorArgument directory, PathArgument path, uint mode, ulong device);

    /// <summary>makedev(3): the two are interleaved.</summary>
    public static ulong DeviceNumber(ulong major, ulong minor) =>
        (minor & 0xFF) | ((major & 0xFFF) << 8) | ((minor & ~0xFFUL) << 12) | ((major & ~0xFFFUL) << 32);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int symlinkat(PathArgument target, DescriptorArgument directory, PathArgument path);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int linkat(DescriptorArgument oldDirectory, PathArgument oldPath, DescriptorArgument newDirectory,
        PathArgument newPath, int flags);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int unlinkat(DescriptorArgument directory, PathArgument path, int flags);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int renameat2(DescriptorArgument oldDirectory, PathArgument oldPath, DescriptorArgument newDirectory,
        PathArgument newPath, uint flags);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int fchownat(DescriptorArgument directory, PathArgument path, uint uid, uint gid, int flags);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int fchmodat(DescriptorArgument directory, PathArgument path, uint mode, int flags);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int utimensat(DescriptorArgument directory, PathArgument path, DescriptorCalls.TimeSpec* times, int flags);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int lsetxattr(PathArgument path, byte* name, byte* value, nuint size, int flags);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int fsetxattr(DescriptorArgument fd, byte* name, byte* value, nuint size, int flags);

    [LibraryImport("libc", SetLastError = true)]
    public static partial nint lgetxattr(PathArgument path, byte* name, byte* value, nuint size);

    [LibraryImport("libc", SetLastError = true)]
    public static partial nint llistxattr(PathArgument path, byte* list, nuint size);

    /// <summary>listxattrat(2), since Linux 6.13; libc has no function for it.</summary>
    public static nint ListXattrAt(SafeHandle directory, byte* path, int flags, byte* list, nuint size)
    {
        bool held = false;
        try
        {
            directory.DangerousAddRef(ref held);
            return (nint)SystemCalls.syscall(SyscallNumber.Listxattrat, directory.DangerousGetHandle(), (nint)path, flags, (nint)list,
                (nint)size);
        }
        finally
        {
            if (held) directory.DangerousRelease();
        }
    }

    /// <summary>struct open_how.</summary>
    internal struct OpenHow
    {
        public ulong Flags, Mode, Resolve;
    }

    internal struct StatxTime
    {
        public long Seconds;
        public uint Nanoseconds;
        private readonly int _reserved;
    }

    /// <summary>struct statx: the one status structure with the same layout on every architecture.</summary>
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
}
