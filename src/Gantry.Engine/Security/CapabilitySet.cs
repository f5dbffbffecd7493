namespace Gantry.Engine.Security;

/// <summary>Which capabilities a container gets: Docker's fourteen, changed by <c>--cap-add</c> and <c>--cap-drop</c>.</summary>
public static class CapabilitySet
{
    /// <summary>In the kernel's order, capabilities(7); index is the capability's number.</summary>
    public static readonly IReadOnlyList<string> All =
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

    public static readonly IReadOnlyList<string> Default =
    [
        "CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_FSETID", "CAP_FOWNER", "CAP_MKNOD", "CAP_NET_RAW", "CAP_SETGID", "CAP_SETUID", "CAP_SETFCAP",
        "CAP_SETPCAP", "CAP_NET_BIND_SERVICE", "CAP_SYS_CHROOT", "CAP_KILL", "CAP_AUDIT_WRITE",
    ];

    /// <summary>An addition wins over a removal; <c>ALL</c> means every one the kernel may have.</summary>
    /// <exception cref="GantryException">InvalidArgument for a name that is none.</exception>
    public static IReadOnlyList<string> Resolve(bool privileged, IReadOnlyList<string>? add, IReadOnlyList<string>? drop)
    {
        List<string> added = Normalise(add, "CapAdd"), dropped = Normalise(drop, "CapDrop");
        if (privileged) return All;
        IEnumerable<string> start = added.Contains("ALL") ? All : dropped.Contains("ALL") ? [] : Default;
        return [.. start.Where(name => !dropped.Contains(name)).Union(added.Where(name => name != "ALL"))];
    }

    private static List<string> Normalise(IReadOnlyList<string>? names, string field)
    {
        List<string> result = [];
        foreach (string name in names ?? [])
        {
            string upper = name.ToUpperInvariant();
            if (upper is not "ALL" && !upper.StartsWith("CAP_", StringComparison.Ordinal)) upper = "CAP_" + upper;
            if (upper is not "ALL" && !All.Contains(upper))
                throw GantryException.Invalid($"invalid {field}: unknown capability: \"{upper}\"");
            result.Add(upper);
        }
        return result;
    }
}
