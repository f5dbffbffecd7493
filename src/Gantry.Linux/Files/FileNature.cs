using System.Runtime.InteropServices;
using Gantry.Linux.Trees;

namespace Gantry.Linux.Files;

/// <summary>What an open file really is, whatever path led to it.</summary>
public static unsafe partial class FileNature
{
    /// <summary>f_type of statfs(2).</summary>
    public const long Proc = 0x9FA0, Sysfs = 0x62656572, DevPts = 0x1CD1;
    /// <summary>File systems that the kernel fills as they are read: procfs, sysfs, control groups,
    /// and what is mounted below those.</summary>
    private static ReadOnlySpan<long> OfKernel =>
    [
        Proc, Sysfs, DevPts, 0x27E0EB, 0x63677270, 0x19800202, 0x64626720, 0x74726163, 0x73636673, 0xCAFE4A11, 0x62656570, 0x42494E4D,
        0x6165676C, 0xDE5E81E4, 0x65735543, 0x6E736673, 0xF97CFF8C,
    ];

    /// <summary>Whether what such a file system holds are no files: their sizes mean nothing, and there is no end to them.</summary>
    public static bool IsOfKernel(long fileSystem) => OfKernel.Contains(fileSystem);

    private const int EmptyPath = 0x1000;
    private const uint KindMask = 0xF000, BasicStats = 0x7FF;

    // struct statfs has 120 bytes on x86-64, the type first.
    [LibraryImport("libc", SetLastError = true)] private static partial int fstatfs(int fd, long* status);

    public static FileKind KindOf(SafeHandle file) => (FileKind)(Status(file).Mode & KindMask);

    /// <returns>Null for what is not there or cannot be reached. Links are followed.</returns>
    public static FileKind? KindOf(string path)
    {
        StatX status = default;
        return NativeStat.statx(LinuxFile.WorkingDirectory, path, 0, BasicStats, &status) == 0 ? (FileKind)(status.Mode & KindMask) : null;
    }

    /// <returns>False for other numbers, and for what is no character device.</returns>
    public static bool IsCharacterDevice(SafeHandle file, uint major, uint minor)
    {
        StatX status = Status(file);
        return (status.Mode & KindMask) == (uint)FileKind.CharacterDevice && status.DeviceMajor == major && status.DeviceMinor == minor;
    }

    /// <summary>The kind, and for a device its major number; 0 for all others.</summary>
    public static (FileKind Kind, uint Major) KindAndMajor(SafeHandle file)
    {
        StatX status = Status(file);
        return ((FileKind)(status.Mode & KindMask), status.DeviceMajor);
    }

    /// <summary>The file system's magic number.</summary>
    public static long FileSystemOf(SafeHandle file)
    {
        long* status = stackalloc long[32];
        return fstatfs((int)file.DangerousGetHandle(), status) == 0 ? status[0] : throw KernelException.Last("statfs");
    }

    private static StatX Status(SafeHandle file)
    {
        StatX status = default;
        return NativeStat.statx((int)file.DangerousGetHandle(), "", EmptyPath, BasicStats, &status) == 0 ? status
            : throw KernelException.Last("statx");
    }
}
