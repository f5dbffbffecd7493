using System.Runtime.InteropServices;

namespace Gantry.Linux.Native;

/// <summary>waitid(2), chdir(2), prlimit(2) and their family: what a process does with itself, its memory and its children.</summary>
internal static unsafe partial class ProcessCalls
{
    [LibraryImport("libc", SetLastError = true)]
    public static partial int waitid(int idType, uint id, SignalDetails* details, int options, nint usage);
    [LibraryImport("libc")] public static partial nint signal(int number, nint handler);
    /// <summary>struct sigaction of glibc, 152 bytes, begins with the handler.</summary>
    [LibraryImport("libc", SetLastError = true)] public static partial int sigaction(int number, nint* action, nint* old);
    [LibraryImport("libc", SetLastError = true)] public static partial int pthread_sigmask(int how, ulong* set, ulong* old);

    [LibraryImport("libc", SetLastError = true)] public static partial int execv(byte* path, byte** arguments);

    [LibraryImport("libc")] public static partial int getpid();
    [LibraryImport("libc")] public static partial uint geteuid();
    [LibraryImport("libc")] public static partial uint getegid();
    [LibraryImport("libc")] public static partial int setsid();
    [LibraryImport("libc")] public static partial uint umask(uint mask);
    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)] public static partial int chdir(string path);
    [LibraryImport("libc", SetLastError = true)] public static partial int fchdir(int fd);
    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)] public static partial int chroot(string path);
    [LibraryImport("libc", SetLastError = true)] public static partial byte* getcwd(byte* buffer, nuint size);
    [LibraryImport("libc", SetLastError = true)] public static partial int setns(DescriptorArgument fd, int type);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int sethostname(string name, nuint length);
    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int setdomainname(string name, nuint length);
    [LibraryImport("libc", SetLastError = true)]
    public static partial int prlimit64(int pid, int resource, ResourceLimit* value, ResourceLimit* old);

    [LibraryImport("libc", SetLastError = true)] public static partial int madvise(void* start, nuint length, int advice);
    [LibraryImport("libc")] public static partial int mallopt(int parameter, int value);
    [LibraryImport("libc")] public static partial int malloc_trim(nuint pad);

    /// <summary>struct rlimit.</summary>
    internal struct ResourceLimit
    {
        public ulong Soft, Hard;
    }

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
