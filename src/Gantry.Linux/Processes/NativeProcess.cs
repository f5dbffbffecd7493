using System.Runtime.InteropServices;

namespace Gantry.Linux.Processes;

/// <summary>clone3(2), waitid(2), pidfd_open(2) and their family.</summary>
internal static unsafe partial class NativeProcess
{
    // A forked child may call only these: bound at link time (DirectPInvoke), so nothing is resolved there, and without a GC transition,
    // so the child never meets a runtime whose other threads do not exist on its side of the fork.
    [DllImport("libc", EntryPoint = "syscall"), SuppressGCTransition]
    public static extern long rawsyscall(long number, nint a, nint b, nint c, nint d, nint e);
    [DllImport("libc"), SuppressGCTransition] public static extern int* __errno_location();

    [LibraryImport("libc", SetLastError = true)]
    public static partial int waitid(int idType, uint id, SignalDetails* details, int options, nint usage);
    [LibraryImport("libc", SetLastError = true)] public static partial long syscall(long number, nint a, nint b, nint c, nint d, nint e);
    [LibraryImport("libc", SetLastError = true)] public static partial int kill(int pid, int signal);
    [LibraryImport("libc")] public static partial int getpid();
    [LibraryImport("libc")] public static partial nint signal(int number, nint handler);

    [LibraryImport("libc")] public static partial int posix_spawn_file_actions_init(byte* actions);
    [LibraryImport("libc")] public static partial int posix_spawn_file_actions_destroy(byte* actions);
    [LibraryImport("libc")] public static partial int posix_spawn_file_actions_adddup2(byte* actions, int from, int to);
    [LibraryImport("libc")] public static partial int posix_spawn_file_actions_addclosefrom_np(byte* actions, int from);
    [LibraryImport("libc")] public static partial int posix_spawn_file_actions_addchdir_np(byte* actions, byte* path);
    [LibraryImport("libc")] public static partial int posix_spawnattr_init(byte* attributes);
    [LibraryImport("libc")] public static partial int posix_spawnattr_destroy(byte* attributes);
    [LibraryImport("libc")] public static partial int posix_spawnattr_setflags(byte* attributes, short flags);
    [LibraryImport("libc")] public static partial int posix_spawnattr_setsigdefault(byte* attributes, ulong* set);
    [LibraryImport("libc")] public static partial int posix_spawnattr_setsigmask(byte* attributes, ulong* set);
    [LibraryImport("libc")]
    public static partial int posix_spawn(int* pid, byte* path, byte* actions, byte* attributes, byte** arguments, byte** environment);

    /// <summary>struct clone_args, the version of Linux 5.7 (with cgroup); the fields between stay zero.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 88)]
    internal struct CloneArguments
    {
        [FieldOffset(0)] public ulong Flags;
        [FieldOffset(8)] public ulong PidFd;
        [FieldOffset(32)] public ulong ExitSignal;
        [FieldOffset(80)] public ulong Cgroup;
    }

    /// <summary>siginfo_t as waitid(2) fills it: 128 bytes.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 128)]
    internal struct SignalDetails
    {
        [FieldOffset(8)] public int Code;
        [FieldOffset(16)] public int Pid;
        [FieldOffset(24)] public int Status;
    }
}
