using System.Runtime.InteropServices;

namespace Gantry.Linux.Native;

/// <summary>mount(2), umount2(2), and the mount API of Linux 5.2, which glibc 2.36 has functions for and we call by number.</summary>
internal static unsafe partial class MountCalls
{
    public const int EmptyPath = 0x1000, Recursive = 0x8000, OpenTreeClone = 1, OpenTreeCloseOnExec = 0x80000, MoveFromEmptyPath = 0x04,
        MoveToEmptyPath = 0x40,
        FsopenCloseOnExec = 1, FsmountCloseOnExec = 1, SetFlag = 0, SetString = 1, Create = 6;

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int mount(string? source, string target, string? type, ulong flags, string? data);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int umount2(string target, int flags);

    public static long Fsopen(string type, uint flags)
    {
        fixed (byte* name = SystemCalls.Terminated(type))
            return SystemCalls.syscall(SyscallNumber.Fsopen, (nint)name, (nint)flags, 0, 0, 0);
    }

    public static long Fsconfig(int context, uint command, string? key, string? value)
    {
        fixed (byte* name = SystemCalls.Terminated(key), text = SystemCalls.Terminated(value))
            return SystemCalls.syscall(SyscallNumber.Fsconfig, context, (nint)command, (nint)name, (nint)text, 0);
    }

    public static long Fsmount(int context, uint flags, uint attributes) =>
        SystemCalls.syscall(SyscallNumber.Fsmount, context, (nint)flags, (nint)attributes, 0, 0);

    public static long OpenTree(int directory, string path, uint flags)
    {
        fixed (byte* name = SystemCalls.Terminated(path))
            return SystemCalls.syscall(SyscallNumber.OpenTree, directory, (nint)name, (nint)flags, 0, 0);
    }

    /// <summary>From and to what is open itself.</summary>
    public static long MoveMount(int from, int to)
    {
        byte none = 0;
        return SystemCalls.syscall(SyscallNumber.MoveMount, from, (nint)(&none), to, (nint)(&none), MoveFromEmptyPath | MoveToEmptyPath);
    }

    /// <summary>Of what is open itself.</summary>
    public static long MountSetattr(int mount, uint flags, AttributeChange* change)
    {
        byte none = 0;
        return SystemCalls.syscall(SyscallNumber.MountSetattr, mount, (nint)(&none), (nint)(flags | EmptyPath), (nint)change,
            sizeof(AttributeChange));
    }

    public static long PivotRoot(string root, string old)
    {
        fixed (byte* here = SystemCalls.Terminated(root), there = SystemCalls.Terminated(old))
            return SystemCalls.syscall(SyscallNumber.PivotRoot, (nint)here, (nint)there, 0, 0, 0);
    }

    /// <summary>struct mount_attr.</summary>
    internal struct AttributeChange
    {
        public ulong Set, Clear, Propagation, UserNamespace;
    }
}
