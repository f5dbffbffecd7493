using System.Runtime.InteropServices;

namespace Gantry.Linux.Files;

/// <summary>Which file an open descriptor is, whatever it is called by now: device and inode.</summary>
public readonly unsafe record struct FileIdentity(ulong Device, ulong Inode)
{
    private const int EmptyPath = 0x1000;

    public static FileIdentity Of(SafeHandle file)
    {
        StatX status = default;
        if (NativeStat.statx((int)file.DangerousGetHandle(), "", EmptyPath, 0x7FF, &status) != 0) throw KernelException.Last("statx");
        return new FileIdentity((ulong)status.FileDeviceMajor << 32 | status.FileDeviceMinor, status.Inode);
    }

    /// <returns>Null when nothing is there, or it cannot be reached.</returns>
    public static FileIdentity? Of(string path)
    {
        StatX status = default;
        if (NativeStat.statx(LinuxFile.WorkingDirectory, path, 0, 0x7FF, &status) != 0) return null;
        return new FileIdentity((ulong)status.FileDeviceMajor << 32 | status.FileDeviceMinor, status.Inode);
    }
}
