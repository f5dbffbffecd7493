namespace Gantry.Linux.Native;

/// <summary>x86-64 numbers of the system calls that libc has no function for, or that a forked child makes without libc's help.</summary>
internal static class SyscallNumber
{
    public const long Read = 0, Write = 1, Close = 3, RtSigaction = 13, RtSigprocmask = 14, Ioctl = 16, Dup2 = 33, Getpid = 39,
        Sendmsg = 46, Fork = 57, Execve = 59, Exit = 60, Chdir = 80, Fchdir = 81, Setsid = 112,
        Setresuid = 117, Setresgid = 119, Setgroups = 116, Personality = 135, PivotRoot = 155, Prctl = 157, SchedSetaffinity = 203,
            SchedSetattr = 314, Keyctl = 250,
        IoprioSet = 251, Openat = 257, Unshare = 272, Setns = 308, Seccomp = 317, Bpf = 321, Execveat = 322, Capset = 126,
            PidfdSendSignal = 424, OpenTree = 428,
        MoveMount = 429, Fsopen = 430, Fsconfig = 431, Fsmount = 432, Fspick = 433, PidfdOpen = 434, Clone3 = 435, CloseRange = 436,
            Openat2 = 437,
        PidfdGetfd = 438, MountSetattr = 442, Listxattrat = 465;
}
