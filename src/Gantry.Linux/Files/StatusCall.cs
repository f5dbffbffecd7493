using System.Runtime.InteropServices;
using Gantry.Linux.Native;

namespace Gantry.Linux.Files;

/// <summary>The one place where the kernel is asked what a file is: statx(2).</summary>
internal static unsafe class StatusCall
{
    private const uint KindMask = 0xF000, PermissionMask = Octal.O7777, Wanted = FileCalls.STATX_BASIC_STATS | FileCalls.STATX_BTIME;

    /// <param name="flags">AT_*; for the descriptor itself AT_EMPTY_PATH with an empty path.</param>
    /// <returns>An errno, 0 for success.</returns>
    public static int Try(DescriptorArgument directory, PathArgument path, int flags, out FileCalls.Statx status)
    {
        FileCalls.Statx raw;
        int errno = FileCalls.statx(directory, path, flags, Wanted, &raw) == 0 ? 0 : Marshal.GetLastPInvokeError();
        status = errno == 0 ? raw : default;
        return errno;
    }

    public static FileCalls.Statx Of(SafeHandle file) =>
        Try(file, "", FileCalls.AT_EMPTY_PATH, out FileCalls.Statx status) is var errno and not 0
            ? throw new KernelException("statx", errno) : status;

    /// <returns>Null when nothing is there, or it cannot be reached. Links are followed.</returns>
    public static FileCalls.Statx? Of(string path) =>
        Try(FileCalls.AT_FDCWD, path, 0, out FileCalls.Statx status) == 0 ? status : null;

    public static FileKind Kind(in FileCalls.Statx status) => (FileKind)(status.Mode & KindMask);

    public static uint Permissions(in FileCalls.Statx status) => status.Mode & PermissionMask;

    /// <returns>Nanoseconds since 1970; 0 where the file system does not keep it.</returns>
    public static long Birth(in FileCalls.Statx status) =>
        (status.Mask & FileCalls.STATX_BTIME) != 0 ? status.Born.Seconds * 1_000_000_000 + status.Born.Nanoseconds : 0;

    public static ulong Device(in FileCalls.Statx status) => ((ulong)status.DevMajor << 32) | status.DevMinor;
}
