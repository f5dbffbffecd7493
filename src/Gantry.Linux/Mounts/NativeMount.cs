using System.Runtime.InteropServices;

namespace Gantry.Linux.Mounts;

/// <summary>mount(2), umount2(2), and the mount API of Linux 5.2, which glibc 2.36 has names for and we call by number.</summary>
internal static unsafe partial class NativeMount
{
    public const int EmptyPath = 0x1000, Recursive = 0x8000, OpenTreeClone = 1, OpenTreeCloseOnExec = 0x80000, MoveFromEmptyPath = 0x04,
        MoveToEmptyPath = 0x40,
        FsopenCloseOnExec = 1, FsmountCloseOnExec = 1, SetFlag = 0, SetString = 1, Create = 6, WorkingDirectory = -100;

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int mount(string? source, string target, string? type, ulong flags, string? data);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int umount2(string target, int flags);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial long fsopen(long number, string type, uint flags);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial long fsconfig(long number, int fd, uint command, string? key, string? value, int aux);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    public static partial long fsmount(long number, int fd, uint flags, uint attributes);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial long open_tree(long number, int directory, string path, uint flags);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial long move_mount(long number, int fromDirectory, string from, int toDirectory, string to, uint flags);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial long mount_setattr(long number, int directory, string path, uint flags, AttributeChange* change, nuint size);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial long pivot_root(long number, string root, string old);

    /// <summary>struct mount_attr.</summary>
    internal struct AttributeChange
    {
        public ulong Set, Clear, Propagation, UserNamespace;
    }
}
