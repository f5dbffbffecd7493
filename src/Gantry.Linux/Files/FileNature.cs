using System.Runtime.InteropServices;
using Gantry.Linux.Native;

namespace Gantry.Linux.Files;

/// <summary>What an open file really is, whatever path led to it.</summary>
public static unsafe class FileNature
{
    /// <summary>f_type of statfs(2).</summary>
    public const long Proc = 0x9FA0, Sysfs = 0x62656572, DevPts = 0x1CD1, Tmpfs = 0x01021994, Ramfs = 0x858458F6;
    /// <summary>File systems that the kernel fills as they are read: procfs, sysfs, control groups,
    /// and what is mounted below those.</summary>
    private static ReadOnlySpan<long> OfKernel =>
    [
        Proc, Sysfs, DevPts, 0x27E0EB, 0x63677270, 0x19800202, 0x64626720, 0x74726163, 0x73636673, 0xCAFE4A11, 0x62656570, 0x42494E4D,
        0x6165676C, 0xDE5E81E4, 0x65735543, 0x6E736673, 0xF97CFF8C,
    ];

    /// <summary>Whether what such a file system holds are no files: their sizes mean nothing, and there is no end to them.</summary>
    public static bool IsOfKernel(long fileSystem) => OfKernel.Contains(fileSystem);

    public static FileKind KindOf(SafeHandle file) => StatusCall.Kind(StatusCall.Of(file));

    /// <returns>Null for what is not there or cannot be reached. Links are followed.</returns>
    public static FileKind? KindOf(string path) => StatusCall.Of(path) is { } status ? StatusCall.Kind(status) : null;

    /// <summary>Of the entry itself: a link is a link, wherever it leads.</summary>
    /// <returns>Null for what is not there or cannot be reached.</returns>
    public static FileKind? KindOfEntry(string path) =>
        StatusCall.Try(FileCalls.AT_FDCWD, path, FileCalls.AT_SYMLINK_NOFOLLOW, out FileCalls.Statx status) == 0
            ? StatusCall.Kind(status) : null;

    /// <returns>False for other numbers, and for what is no character device.</returns>
    public static bool IsCharacterDevice(SafeHandle file, uint major, uint minor)
    {
        FileCalls.Statx status = StatusCall.Of(file);
        return StatusCall.Kind(status) == FileKind.CharacterDevice && status.RdevMajor == major && status.RdevMinor == minor;
    }

    /// <summary>The kind, and for a device its major number; 0 for all others.</summary>
    public static (FileKind Kind, uint Major) KindAndMajor(SafeHandle file)
    {
        FileCalls.Statx status = StatusCall.Of(file);
        return (StatusCall.Kind(status), status.RdevMajor);
    }

    /// <summary>The file system's magic number.</summary>
    public static long FileSystemOf(SafeHandle file)
    {
        long* status = stackalloc long[32];
        return DescriptorCalls.fstatfs(file, status) == 0 ? status[0] : throw KernelException.Last("statfs");
    }
}
