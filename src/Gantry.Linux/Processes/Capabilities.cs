using Gantry.Linux.Native;

namespace Gantry.Linux.Processes;

/// <summary>capabilities(7) of the calling thread, as bit sets.</summary>
public static unsafe class Capabilities
{
    private const int BoundingRead = 23, BoundingDrop = 24, KeepCapabilities = 8;
    internal const uint Version3 = 0x20080522;

    private static readonly string[] Known =
    [
        "CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_DAC_READ_SEARCH", "CAP_FOWNER", "CAP_FSETID", "CAP_KILL", "CAP_SETGID", "CAP_SETUID",
        "CAP_SETPCAP",
        "CAP_LINUX_IMMUTABLE", "CAP_NET_BIND_SERVICE", "CAP_NET_BROADCAST", "CAP_NET_ADMIN", "CAP_NET_RAW", "CAP_IPC_LOCK", "CAP_IPC_OWNER",
        "CAP_SYS_MODULE", "CAP_SYS_RAWIO", "CAP_SYS_CHROOT", "CAP_SYS_PTRACE", "CAP_SYS_PACCT", "CAP_SYS_ADMIN", "CAP_SYS_BOOT",
        "CAP_SYS_NICE",
        "CAP_SYS_RESOURCE", "CAP_SYS_TIME", "CAP_SYS_TTY_CONFIG", "CAP_MKNOD", "CAP_LEASE", "CAP_AUDIT_WRITE", "CAP_AUDIT_CONTROL",
        "CAP_SETFCAP",
        "CAP_MAC_OVERRIDE", "CAP_MAC_ADMIN", "CAP_SYSLOG", "CAP_WAKE_ALARM", "CAP_BLOCK_SUSPEND", "CAP_AUDIT_READ", "CAP_PERFMON",
        "CAP_BPF",
        "CAP_CHECKPOINT_RESTORE",
    ];

    /// <summary>Every name, by bit.</summary>
    public static IReadOnlyList<string> Names => Known;

    /// <returns>The bit's number; -1 for a name that no kernel knows. Case does not count.</returns>
    public static int Find(string name) => Array.FindIndex(Known, known => known.Equals(name, StringComparison.OrdinalIgnoreCase));

    /// <summary>What the bounding set holds: nothing beyond it can be had after an exec.</summary>
    public static ulong Bounding()
    {
        ulong set = 0;
        for (int bit = 0; bit < 64; bit++)
        {
            long held = SystemCalls.syscall(SyscallNumber.Prctl, BoundingRead, bit, 0, 0, 0);
            if (held < 0) break;
            if (held == 1) set |= 1UL << bit;
        }
        return set;
    }

    /// <summary>Drops all others from the bounding set; needs CAP_SETPCAP, which may itself be dropped.</summary>
    public static void LimitBounding(ulong keep)
    {
        for (int bit = 0; bit < 64; bit++)
        {
            if ((keep & (1UL << bit)) != 0) continue;
            if (SystemCalls.syscall(SyscallNumber.Prctl, BoundingDrop, bit, 0, 0, 0) >= 0) continue;
            KernelException error = KernelException.Last("drop from bounding set", value: bit < Known.Length ? Known[bit] : bit.ToString());
            if (error.Errno == Errno.EINVAL) return;
            throw error;
        }
    }

    /// <summary>Lets setresuid keep the permitted set when it leaves user 0, until the next exec.</summary>
    public static void KeepOverUserChange() => SystemCalls.syscall(SyscallNumber.Prctl, KeepCapabilities, 1, 0, 0, 0);

    public static (ulong Effective, ulong Permitted, ulong Inheritable) Current()
    {
        uint* header = stackalloc uint[2] { Version3, 0 };
        uint* data = stackalloc uint[6];
        if (SystemCalls.syscall(125, (nint)header, (nint)data, 0, 0, 0) < 0) throw KernelException.Last("capget");
        return (data[0] | (ulong)data[3] << 32, data[1] | (ulong)data[4] << 32, data[2] | (ulong)data[5] << 32);
    }

    public static void Set(ulong effective, ulong permitted, ulong inheritable)
    {
        uint* header = stackalloc uint[2] { Version3, 0 };
        uint* data = stackalloc uint[6]
        {
            (uint)effective, (uint)permitted, (uint)inheritable, (uint)(effective >> 32), (uint)(permitted >> 32),
            (uint)(inheritable >> 32),
        };
        if (SystemCalls.syscall(SyscallNumber.Capset, (nint)header, (nint)data, 0, 0, 0) < 0)
            throw KernelException.Last("capset", value: $"effective {effective:x} permitted {permitted:x} inheritable {inheritable:x}");
    }
}
