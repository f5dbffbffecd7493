using Gantry.Linux.Seccomp;
using Gantry.Oci.Runtime;

namespace Gantry.Runtime.Seccomp;

/// <summary>linux.seccomp beyond the list of calls.</summary>
internal static class SeccompPolicy
{
    private const string Notify = "SCMP_ACT_NOTIFY";
    private const uint WaitKillable = 0x20;

    public static IReadOnlyList<string> KnownFlags { get; } =
        ["SECCOMP_FILTER_FLAG_TSYNC", "SECCOMP_FILTER_FLAG_LOG", "SECCOMP_FILTER_FLAG_SPEC_ALLOW",
            "SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV"];

    /// <summary>SECCOMP_FILTER_FLAG_* for the spec's names. TSYNC is left out: the process that execs has one thread that counts.</summary>
    public static uint Flags(OciSeccomp? seccomp)
    {
        uint flags = 0;
        foreach (string flag in seccomp?.Flags ?? [])
        {
            flags |= flag switch
            {
                "SECCOMP_FILTER_FLAG_TSYNC" => 0u,
                "SECCOMP_FILTER_FLAG_LOG" => 2u,
                "SECCOMP_FILTER_FLAG_SPEC_ALLOW" => 4u,
                "SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV" => WaitKillable,
                _ => throw GantryException.Unsupported($"seccomp flag {flag} is not supported"),
            };
        }
        if (Notifies(seccomp)) return flags | SeccompFilter.NewListener;
        // The kernel refuses it where nobody listens.
        return flags & ~WaitKillable;
    }

    private static bool Notifies(OciSeccomp? seccomp)
    {
        foreach (OciSyscallRule rule in seccomp?.Syscalls ?? [])
            if (rule.Action == Notify) return true;
        return false;
    }

    /// <exception cref="GantryException">A notification that nobody could ever answer.</exception>
    public static void CheckNotify(OciSeccomp seccomp)
    {
        if (seccomp.DefaultAction == Notify) throw GantryException.Invalid($"seccomp: {Notify} cannot be the default action");
        if (!Notifies(seccomp)) return;
        if (string.IsNullOrEmpty(seccomp.ListenerPath)) throw GantryException.Invalid($"seccomp: {Notify} needs listenerPath");
        foreach (OciSyscallRule rule in seccomp.Syscalls ?? [])
        {
            // The filter is active when its descriptor is sent: that call would wait for the one who gets it.
            if (rule.Action == Notify && rule.Names.Contains("sendmsg"))
                throw GantryException.Invalid($"seccomp: {Notify} cannot be used for sendmsg");
        }
    }
}
