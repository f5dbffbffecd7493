using Gantry.Api.Containers;

namespace Gantry.Engine.Containers.Checks;

/// <summary>Resource limits of processes, getrlimit(2).</summary>
internal static class UlimitCheck
{
    private static readonly string[] Names =
    [
        "core", "cpu", "data", "fsize", "locks", "memlock", "msgqueue", "nice", "nofile", "nproc", "rss", "rtprio", "rttime", "sigpending",
        "stack", "as",
    ];

    public static void Run(IReadOnlyList<Ulimit>? limits)
    {
        foreach (Ulimit limit in limits ?? [])
        {
            if (!Names.Contains(limit.Name.ToLowerInvariant())) throw GantryException.Invalid($"invalid ulimit type: {limit.Name}");
            // -1 is the largest there is.
            if (unchecked((ulong)limit.Soft > (ulong)limit.Hard))
                throw GantryException.Invalid($"ulimit soft limit must be less than or equal to hard limit: {limit.Soft} > {limit.Hard}");
        }
    }
}
