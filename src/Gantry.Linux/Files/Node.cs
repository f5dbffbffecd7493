namespace Gantry.Linux.Files;

/// <summary>Making and changing entries of an open directory. None of these follows a link in the last component.</summary>
public static class Node
{
    public const uint CharacterDevice = 0x2000, BlockDevice = 0x6000, Fifo = 0x1000, RegularFile = 0x8000;
    private const int RemoveDirectory = 0x200, EffectiveIds = 0x200, MayExecute = 1, MayWriteMode = 2;

    /// <param name="kindAndMode">One of the kinds above, with permission bits.</param>
    /// <returns>False when the name exists.</returns>
    public static bool Make(SafeFileDescriptor directory, string name, uint kindAndMode, long major = 0, long minor = 0)
    {
        if (NativeFile.mknodat(directory.Number, name, kindAndMode, DeviceNumber(major, minor)) == 0) return true;
        KernelException error = KernelException.Last("mknod", name, $"{major}:{minor}");
        return error.Errno == Errno.EEXIST ? false : throw error;
    }

    /// <returns>False when the name exists.</returns>
    public static bool Link(string target, SafeFileDescriptor directory, string name)
    {
        if (NativeFile.symlinkat(target, directory.Number, name) == 0) return true;
        KernelException error = KernelException.Last("symlink", name, target);
        return error.Errno == Errno.EEXIST ? false : throw error;
    }

    /// <returns>False when the name exists.</returns>
    public static bool MakeDirectory(SafeFileDescriptor? directory, string name, uint mode)
    {
        if (NativeFile.mkdirat(LinuxFile.At(directory), name, mode) == 0) return true;
        KernelException error = KernelException.Last("mkdir", name);
        return error.Errno == Errno.EEXIST ? false : throw error;
    }

    /// <returns>False when the name does not exist.</returns>
    public static bool Remove(SafeFileDescriptor? directory, string name, bool isDirectory = false)
    {
        if (NativeFile.unlinkat(LinuxFile.At(directory), name, isDirectory ? RemoveDirectory : 0) == 0) return true;
        KernelException error = KernelException.Last(isDirectory ? "rmdir" : "unlink", name);
        return error.Errno == Errno.ENOENT ? false : throw error;
    }

    public static void SetOwner(SafeFileDescriptor? directory, string name, uint user, uint group)
    {
        if (NativeFile.fchownat(LinuxFile.At(directory), name, user, group, LinuxFile.SymlinkItself) < 0)
            throw KernelException.Last("chown", name, $"{user}:{group}");
    }

    public static void SetOwner(SafeFileDescriptor file, uint user, uint group)
    {
        if (NativeFile.fchown(file.Number, user, group) < 0) throw KernelException.Last("chown", value: $"{user}:{group}");
    }

    public static void SetMode(SafeFileDescriptor? directory, string name, uint mode)
    {
        if (NativeFile.fchmodat(LinuxFile.At(directory), name, mode, 0) < 0)
            throw KernelException.Last("chmod", name, Convert.ToString(mode, 8));
    }

    /// <summary>Whether the caller's effective identity may write to the file, or make entries in the directory.</summary>
    public static bool MayWrite(string path) => NativeFile.faccessat(LinuxFile.WorkingDirectory, path, MayWriteMode, EffectiveIds) == 0;

    /// <returns>0 when the caller's effective identity may execute the file, else the errno.</returns>
    public static int CheckExecutable(string path) =>
        NativeFile.faccessat(LinuxFile.WorkingDirectory, path, MayExecute, EffectiveIds) == 0 ? 0
            : System.Runtime.InteropServices.Marshal.GetLastPInvokeError();

    private static ulong DeviceNumber(long major, long minor) =>
        ((ulong)minor & 0xFF) | (((ulong)major & 0xFFF) << 8) | (((ulong)minor & ~0xFFUL) << 12) | (((ulong)major & ~0xFFFUL) << 32);
}
