using System.Runtime.InteropServices;
using Gantry.Linux.Native;

namespace Gantry.Linux.Processes;

/// <summary>What a process changes about itself before it becomes another program. Identity, capabilities and filters are the calling
/// thread's; exec from that thread.</summary>
public static unsafe class ThisProcess
{
    private const int SetNoNewPrivileges = 38, JoinSessionKeyring = 1, SetDumpable = 4, UnshareFileSystem = 0x200;

    public static uint EffectiveUser => ProcessCalls.geteuid();

    public static uint EffectiveGroup => ProcessCalls.getegid();

    public static int Id => ProcessCalls.getpid();

    public static void SetHostName(string name)
    {
        if (ProcessCalls.sethostname(name, (nuint)System.Text.Encoding.UTF8.GetByteCount(name)) < 0)
            throw KernelException.Last("sethostname", value: name);
    }

    public static void SetDomainName(string name)
    {
        if (ProcessCalls.setdomainname(name, (nuint)System.Text.Encoding.UTF8.GetByteCount(name)) < 0)
            throw KernelException.Last("setdomainname", value: name);
    }

    /// <summary>
    /// Takes back that whoever started this process made it ignore a signal: <see cref="PosixSignalRegistration"/> respects that,
    /// and would never be told. To be called right before it is made; a signal in between does what it does by itself.
    /// </summary>
    public static void HearAgain(int number)
    {
        const int isDefault = 0;
        if (Ignores(number)) ProcessCalls.signal(number, isDefault);
    }

    /// <summary>Whether this process ignores a signal, as whoever starts it in the background of a script has it ignore SIGINT.</summary>
    public static bool Ignores(int number)
    {
        const int isIgnored = 1;
        nint* action = stackalloc nint[32];
        return ProcessCalls.sigaction(number, null, action) == 0 && action[0] == isIgnored;
    }

    /// <summary>This process goes on as another program, with its environment and standard streams.</summary>
    /// <exception cref="KernelException">It cannot be executed. There is no other return.</exception>
    public static void Become(string path, IReadOnlyList<string> arguments)
    {
        using UnmanagedStrings memory = new();
        ProcessCalls.execv(memory.Text(path), memory.Vector(arguments));
        throw KernelException.Last("execute", path);
    }

    public static uint SetUmask(uint mask) => ProcessCalls.umask(mask);

    /// <summary>Replaces the calling thread's user, groups and supplementary groups, raw:
    /// libc would signal every other thread to do the same.</summary>
    /// <param name="mayKeepGroups">In a user namespace that denies setgroups(2), as those that users make for themselves do:
    /// the groups stay what they are.</param>
    public static void SetIdentity(uint user, uint group, ReadOnlySpan<uint> groups, bool mayKeepGroups = false)
    {
        fixed (uint* list = groups)
        {
            if (SystemCalls.syscall(SyscallNumber.Setgroups, groups.Length, (nint)list, 0, 0, 0) < 0)
            {
                KernelException error =
                    KernelException.Last("setgroups", value: groups.Length == 0 ? null : string.Join(' ', groups.ToArray()));
                if (error.Errno != Errno.EPERM || !mayKeepGroups) throw error;
            }
        }
        if (SystemCalls.syscall(SyscallNumber.Setresgid, (nint)group, (nint)group, (nint)group, 0, 0) < 0)
            throw KernelException.Last("setresgid", value: group.ToString());
        if (SystemCalls.syscall(SyscallNumber.Setresuid, (nint)user, (nint)user, (nint)user, 0, 0) < 0)
            throw KernelException.Last("setresuid", value: user.ToString());
    }

    /// <summary>Nobody without privileges over us may trace us or read our /proc entries, until the next exec.</summary>
    public static void ForbidInspection() => SystemCalls.syscall(SyscallNumber.Prctl, SetDumpable, 0, 0, 0, 0);

    /// <summary>Moves the calling thread into namespaces of others; into a PID namespace only the children that it makes from then on. User
    /// and time namespaces take no thread of several.</summary>
    /// <param name="target">The namespace's file, or a pidfd of a process in them all.</param>
    /// <remarks>A thread that shares its root with others may not join a mount namespace: so it stops sharing first.</remarks>
    public static void JoinNamespaces(SafeFileDescriptor target, NamespaceKinds kinds)
    {
        if (kinds.HasFlag(NamespaceKinds.Mount) && SystemCalls.syscall(SyscallNumber.Unshare, UnshareFileSystem, 0, 0, 0, 0) < 0)
            throw KernelException.Last("unshare root directory");
        if (SystemCalls.syscall(SyscallNumber.Setns, target.Number, (nint)kinds, 0, 0, 0) < 0)
            throw KernelException.Last("join namespaces", value: kinds.ToString());
    }

    /// <summary>Gives the calling thread a copy of its mount namespace, which goes away with the thread.</summary>
    public static void LeaveMountNamespace()
    {
        if (SystemCalls.syscall(SyscallNumber.Unshare, (nint)NamespaceKinds.Mount, 0, 0, 0, 0) < 0)
            throw KernelException.Last("unshare mount namespace");
    }

    public static void ForbidNewPrivileges()
    {
        if (SystemCalls.syscall(SyscallNumber.Prctl, SetNoNewPrivileges, 1, 0, 0, 0) < 0) throw KernelException.Last("set no_new_privs");
    }

    /// <summary>A session keyring that is not the host's (keyctl(2)). A kernel without keyrings has none to protect.</summary>
    /// <param name="name">Null for one without a name, which nobody else can join.</param>
    public static void JoinNewSessionKeyring(string? name)
    {
        nint text = Marshal.StringToCoTaskMemUTF8(name);
        if (SystemCalls.syscall(SyscallNumber.Keyctl, JoinSessionKeyring, text, 0, 0, 0) < 0)
        {
            KernelException error = KernelException.Last("join session keyring", value: name);
            if (error.Errno is not (Errno.ENOSYS or Errno.EPERM or 122)) throw error;
        }
        Marshal.FreeCoTaskMem(text);
    }

    /// <returns>The limits as they are: soft, hard.</returns>
    public static (ulong Soft, ulong Hard) GetLimit(int resource)
    {
        ProcessCalls.ResourceLimit limit;
        if (ProcessCalls.prlimit64(0, resource, null, &limit) < 0) throw KernelException.Last("getrlimit", value: resource.ToString());
        return (limit.Soft, limit.Hard);
    }

    /// <returns>False when the hard limit may not be raised so far (CAP_SYS_RESOURCE, or the system's maximum).</returns>
    public static bool TrySetLimit(int resource, ulong soft, ulong hard)
    {
        ProcessCalls.ResourceLimit limit = new() { Soft = soft, Hard = hard };
        if (ProcessCalls.prlimit64(0, resource, &limit, null) == 0) return true;
        KernelException error = KernelException.Last("setrlimit", value: $"{resource} = {soft}:{hard}");
        return error.Errno == Errno.EPERM ? false : throw error;
    }

    public static void SetPersonality(uint domain)
    {
        if (SystemCalls.syscall(SyscallNumber.Personality, (nint)domain, 0, 0, 0, 0) < 0)
            throw KernelException.Last("personality", value: domain.ToString("x"));
    }

    public static void ChangeDirectory(string path)
    {
        if (ProcessCalls.chdir(path) < 0) throw KernelException.Last("chdir", path);
    }

    public static void ChangeDirectory(SafeFileDescriptor directory, string shownPath)
    {
        if (ProcessCalls.fchdir(directory.Number) < 0) throw KernelException.Last("chdir", shownPath);
    }

    public static void ChangeRoot(string path)
    {
        if (ProcessCalls.chroot(path) < 0) throw KernelException.Last("chroot", path);
    }

    /// <summary>Whether the working directory can be reached from the root:
    /// a leaked descriptor of the host cannot (CVE-2024-21626).</summary>
    public static bool WorkingDirectoryIsInsideRoot()
    {
        byte* path = stackalloc byte[4096];
        // The kernel answers "(unreachable)/…", which libc turns into ENOENT.
        return ProcessCalls.getcwd(path, 4096) != null && path[0] == '/';
    }

    /// <summary>Marks all descriptors from <paramref name="first"/> on close-on-exec.</summary>
    public static void CloseOnExecFrom(int first)
    {
        const int CloseOnExecRange = 4;
        if (SystemCalls.syscall(SyscallNumber.CloseRange, first, int.MaxValue, CloseOnExecRange, 0, 0) != 0)
            throw KernelException.Last("mark descriptors close-on-exec");
    }
}
