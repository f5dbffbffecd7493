using Gantry.Linux.Processes;

namespace Gantry.Workloads.Security;

/// <summary>Which capabilities a workload gets: Docker's fourteen, changed by <c>--cap-add</c> and <c>--cap-drop</c>.</summary>
public static class CapabilitySet
{
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
        if (privileged) return Capabilities.Names;
        IEnumerable<string> start = added.Contains("ALL") ? Capabilities.Names : dropped.Contains("ALL") ? [] : Default;
        return [.. start.Where(name => !dropped.Contains(name)).Union(added.Where(name => name != "ALL"))];
    }

    private static List<string> Normalise(IReadOnlyList<string>? names, string field)
    {
        List<string> result = [];
        foreach (string name in names ?? [])
        {
            string upper = name.ToUpperInvariant();
            if (upper is not "ALL" && !upper.StartsWith("CAP_", StringComparison.Ordinal)) upper = "CAP_" + upper;
            if (upper is not "ALL" && !Capabilities.Names.Contains(upper))
                throw GantryException.Invalid($"invalid {field}: unknown capability: \"{upper}\"");
            result.Add(upper);
        }
        return result;
    }
}
