using Gantry.Linux.Files;
using Gantry.Linux.Native;

namespace Gantry.Linux.Mounts;

/// <summary>The classic mount calls.</summary>
public static class Mount
{
    private const int Detach = 2;

    /// <param name="data">Options that the file system itself reads, joined by commas.</param>
    public static void FileSystem(string? source, string target, string type, MountFlags flags, string? data, string? shownTarget = null)
    {
        if (MountCalls.mount(source, target, type, (ulong)flags, data) == 0) return;
        KernelException error = KernelException.Last($"mount {type} on", shownTarget ?? target, string.IsNullOrEmpty(data) ? null : data);
        throw error.Errno == Errno.ENODEV
            ? new KernelException(error.Step, error.Errno, error.Path, error.Value, $"this kernel has no file system {type}") : error;
    }

    public static void Bind(string source, string target, bool recursive)
    {
        if (MountCalls.mount(source, target, null, (ulong)(MountFlags.Bind | (recursive ? MountFlags.Recursive : 0)), null) < 0)
            throw KernelException.Last("bind", target, source);
    }

    /// <param name="propagation">One of Private, Slave, Shared, Unbindable, with or without Recursive.</param>
    public static void SetPropagation(string target, MountFlags propagation)
    {
        if (MountCalls.mount(null, target, null, (ulong)propagation, null) == 0) return;
        // Before the enum is written out, which may itself call the system and lose it.
        int errno = System.Runtime.InteropServices.Marshal.GetLastPInvokeError();
        throw new KernelException("set propagation of", errno, target, propagation.ToString());
    }

    /// <summary>Takes the mount out of the tree now, with all that is mounted below it; it goes away when its last user does.</summary>
    /// <remarks>It is made private first: of a mount with peers, what is mounted below would be unmounted below those too, and one of them
    /// may be the host's own file system.</remarks>
    /// <returns>False when nothing is mounted there.</returns>
    public static bool Unmount(string target)
    {
        if (MountCalls.mount(null, target, null, (ulong)(MountFlags.Private | MountFlags.Recursive), null) < 0)
        {
            KernelException unshared = KernelException.Last("set propagation of", target, "Private, Recursive");
            if (unshared.Errno is Errno.EINVAL or Errno.ENOENT) return false;
            throw unshared;
        }
        if (MountCalls.umount2(target, Detach) == 0) return true;
        KernelException error = KernelException.Last("unmount", target);
        return error.Errno is Errno.EINVAL or Errno.ENOENT ? false : throw error;
    }

    /// <summary>Makes the mount that holds a directory private, which is the nearest mount point from there upwards.</summary>
    /// <param name="directory">Absolute and without links.</param>
    public static void MakeHolderPrivate(string directory)
    {
        for (string? place = directory; ; place = Path.GetDirectoryName(place))
        {
            if (MountCalls.mount(null, place ?? "/", null, (ulong)MountFlags.Private, null) == 0) return;
            KernelException error = KernelException.Last("set propagation of", place ?? "/", "Private");
            // What is no mount point is an invalid argument.
            if (error.Errno != Errno.EINVAL || place is null or "/") throw error;
        }
    }

    /// <summary>Makes the mount that is the working directory the root of this mount namespace, and drops the old root.</summary>
    /// <remarks>Old and new root are the same directory for a moment: the old one lies on top, so "." is what has to go.</remarks>
    /// <param name="shared">Whether mounts of the old root may be shared with the host: unmounting them would reach it.</param>
    public static void PivotIntoWorkingDirectory(bool shared)
    {
        using SafeFileDescriptor? old = shared ? Files.LinuxFile.OpenDirectory("/") : null;
        if (MountCalls.PivotRoot(".", ".") < 0)
            throw KernelException.Last("pivot_root", hint: "a root on initramfs cannot be pivoted; see --no-pivot");
        if (old is not null)
        {
            // Only umount2 takes "." for what lies on top; for mount it would be the new root.
            Processes.ThisProcess.ChangeDirectory(old, "the old root");
            SetPropagation(".", MountFlags.Slave | MountFlags.Recursive);
        }
        if (MountCalls.umount2(".", Detach) < 0) throw KernelException.Last("unmount", "the old root");
        if (ProcessCalls.chdir("/") < 0) throw KernelException.Last("chdir", "/");
    }
}
