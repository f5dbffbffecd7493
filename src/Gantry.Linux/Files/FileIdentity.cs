using System.Runtime.InteropServices;
using Gantry.Linux.Native;

namespace Gantry.Linux.Files;

/// <summary>Which file an open descriptor is, whatever it is called by now: device and inode.</summary>
public readonly unsafe record struct FileIdentity(ulong Device, ulong Inode)
{
    public static FileIdentity Of(SafeHandle file)
    {
        FileCalls.Statx status;
        if (FileCalls.statx(file, "", FileCalls.AT_EMPTY_PATH, FileCalls.STATX_BASIC_STATS, &status) != 0)
            throw KernelException.Last("statx");
        return Of(status);
    }

    /// <returns>Null when nothing is there, or it cannot be reached.</returns>
    public static FileIdentity? Of(string path)
    {
        FileCalls.Statx status;
        if (FileCalls.statx(FileCalls.AT_FDCWD, path, 0, FileCalls.STATX_BASIC_STATS, &status) != 0) return null;
        return Of(status);
    }

    private static FileIdentity Of(in FileCalls.Statx status) => new((ulong)status.DevMajor << 32 | status.DevMinor, status.Inode);
}
