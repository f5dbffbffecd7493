using Gantry.Linux.Native;

namespace Gantry.Linux.Files;

/// <summary>Making and changing entries of an open directory. None of these follows a link in the last component, but
/// <see cref="SetOwnerOfTarget"/>.</summary>
public static class Node
{
    private const int MayExecute = 1, MayWriteMode = 2;

    /// <param name="mode">Permission bits.</param>
    /// <returns>False when the name exists.</returns>
    public static bool Make(SafeFileDescriptor directory, string name, FileKind kind, uint mode, long major = 0, long minor = 0)
    {
        ulong device = FileCalls.DeviceNumber((ulong)major, (ulong)minor);
        if (FileCalls.mknodat(directory.Number, name, (uint)kind | mode, device) == 0) return true;
        KernelException error = KernelException.Last("mknod", name, $"{major}:{minor}");
        return error.Errno == Errno.EEXIST ? false : throw error;
    }

    /// <returns>False when the name exists.</returns>
    public static bool Link(string target, SafeFileDescriptor directory, string name)
    {
        if (FileCalls.symlinkat(target, directory.Number, name) == 0) return true;
        KernelException error = KernelException.Last("symlink", name, target);
        return error.Errno == Errno.EEXIST ? false : throw error;
    }

    /// <returns>False when the name exists.</returns>
    public static bool MakeDirectory(SafeFileDescriptor? directory, string name, uint mode)
    {
        if (FileCalls.mkdirat(LinuxFile.At(directory), name, mode) == 0) return true;
        KernelException error = KernelException.Last("mkdir", name);
        return error.Errno == Errno.EEXIST ? false : throw error;
    }

    /// <returns>False when the name does not exist.</returns>
    public static bool Remove(SafeFileDescriptor? directory, string name, bool isDirectory = false)
    {
        if (FileCalls.unlinkat(LinuxFile.At(directory), name, isDirectory ? FileCalls.AT_REMOVEDIR : 0) == 0) return true;
        KernelException error = KernelException.Last(isDirectory ? "rmdir" : "unlink", name);
        return error.Errno == Errno.ENOENT ? false : throw error;
    }

    public static void SetOwner(SafeFileDescriptor? directory, string name, uint user, uint group)
    {
        if (FileCalls.fchownat(LinuxFile.At(directory), name, user, group, FileCalls.AT_SYMLINK_NOFOLLOW) < 0)
            throw KernelException.Last("chown", name, $"{user}:{group}");
    }

    /// <summary>The owner of what the path leads to.</summary>
    public static void SetOwnerOfTarget(string path, uint user, uint group)
    {
        if (FileCalls.fchownat(FileCalls.AT_FDCWD, path, user, group, 0) < 0) throw KernelException.Last("chown", path, $"{user}:{group}");
    }

    public static void SetOwner(SafeFileDescriptor file, uint user, uint group)
    {
        if (DescriptorCalls.fchown(file.Number, user, group) < 0) throw KernelException.Last("chown", value: $"{user}:{group}");
    }

    public static void SetMode(SafeFileDescriptor? directory, string name, uint mode)
    {
        if (FileCalls.fchmodat(LinuxFile.At(directory), name, mode, 0) < 0)
            throw KernelException.Last("chmod", name, Convert.ToString(mode, 8));
    }

    /// <summary>Whether the caller's effective identity may write to the file, or make entries in the directory.</summary>
    public static bool MayWrite(string path) => FileCalls.faccessat(FileCalls.AT_FDCWD, path, MayWriteMode, FileCalls.AT_EACCESS) == 0;

    /// <returns>0 when the caller's effective identity may execute the file, else the errno.</returns>
    public static int CheckExecutable(string path) =>
        FileCalls.faccessat(FileCalls.AT_FDCWD, path, MayExecute, FileCalls.AT_EACCESS) == 0 ? 0
            : System.Runtime.InteropServices.Marshal.GetLastPInvokeError();
}
