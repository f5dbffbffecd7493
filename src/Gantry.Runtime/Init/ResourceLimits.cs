using Gantry.Linux.Processes;
using Gantry.Oci.Runtime;

namespace Gantry.Runtime.Init;

/// <summary>process.rlimits (setrlimit(2)).</summary>
internal static class ResourceLimits
{
    private static readonly string[] Names =
    [
        "RLIMIT_CPU", "RLIMIT_FSIZE", "RLIMIT_DATA", "RLIMIT_STACK", "RLIMIT_CORE", "RLIMIT_RSS", "RLIMIT_NPROC", "RLIMIT_NOFILE",
        "RLIMIT_MEMLOCK",
        "RLIMIT_AS", "RLIMIT_LOCKS", "RLIMIT_SIGPENDING", "RLIMIT_MSGQUEUE", "RLIMIT_NICE", "RLIMIT_RTPRIO", "RLIMIT_RTTIME",
    ];

    /// <exception cref="GantryException">A type is unknown or given twice, or the soft limit is above the hard one (config.md,
    /// "POSIX process").</exception>
    public static void Check(IReadOnlyList<OciRlimit>? limits)
    {
        for (int i = 0; i < limits?.Count; i++)
        {
            OciRlimit limit = limits[i];
            if (Array.IndexOf(Names, limit.Type) < 0) throw GantryException.Invalid($"unknown rlimit {limit.Type}");
            if (limit.Soft > limit.Hard)
                throw GantryException.Invalid($"{limit.Type}: soft limit {limit.Soft} is above the hard limit {limit.Hard}");
            for (int j = 0; j < i; j++)
                if (limits[j].Type == limit.Type) throw GantryException.Invalid($"rlimit {limit.Type} is given twice");
        }
    }

    /// <summary>A limit that the host does not allow becomes the best that it does: a container is not refused for a default.</summary>
    public static void Apply(IReadOnlyList<OciRlimit>? limits, Action<string> note)
    {
        foreach (OciRlimit limit in limits ?? [])
        {
            int resource = Array.IndexOf(Names, limit.Type);
            if (ThisProcess.TrySetLimit(resource, limit.Soft, limit.Hard)) continue;
            ulong hard = Math.Min(limit.Hard, ThisProcess.GetLimit(resource).Hard);
            ulong soft = Math.Min(limit.Soft, hard);
            ThisProcess.TrySetLimit(resource, soft, hard);
            note($"{limit.Type} {limit.Soft}:{limit.Hard} is not allowed here; {soft}:{hard} instead");
        }
    }
}
