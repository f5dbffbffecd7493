using Gantry.Linux.Cgroups;
using Gantry.Linux.Files;
using Gantry.Linux.Processes;
using Gantry.Oci.Runtime;

namespace Gantry.Runtime.Launching;

/// <summary>What differs for a user who is not root of the machine: cgroups are his only as far as they were delegated to him.</summary>
internal static class Rootless
{
    private const string WholeRange = "0 0 4294967295";

    /// <param name="asked"><c>--rootless</c>: true, false, or null for what is the case.</param>
    public static bool Applies(bool? asked) => asked ?? (ThisProcess.EffectiveUser != 0 || InUserNamespace());

    /// <summary>Whether the runtime itself runs in a user namespace, as under a rootless podman.</summary>
    public static bool InUserNamespace() =>
        string.Join(' ', LinuxFile.ReadText("/proc/self/uid_map")
            .Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)) != WholeRange;

    /// <returns>A sibling of the group that this process is in, where its user may make one; else null.</returns>
    public static string? DelegatedPlace(string id)
    {
        if (!CgroupHost.IsUnified || ThisProcess.EffectiveUser == 0) return null;
        string own = LinuxFile.ReadText("/proc/self/cgroup");
        if (!own.StartsWith("0::/", StringComparison.Ordinal)) return null;
        string parent = Path.GetDirectoryName(own[3..].TrimEnd()) ?? "/";
        return Node.MayWrite(CgroupHost.UnifiedRoot + parent) ? $"{parent.TrimEnd('/')}/gantry-{id}" : null;
    }

    /// <summary>Limits that nobody will keep must not be promised.</summary>
    public static bool AsksForLimits(OciResources? resources) => resources is not null && (
        resources.Memory is { Limit: > 0 } or { Swap: > 0 } or { Reservation: > 0 }
        || resources.Cpu is { Quota: > 0 } or { Shares: > 0 } or { Cpus.Length: > 0 } or { Mems.Length: > 0 }
        || resources.Pids is { Limit: > 0 } || resources.BlockIO is not null || resources.HugepageLimits is { Count: > 0 }
        || resources.Unified is { Count: > 0 } || resources.Rdma is { Count: > 0 }
        || resources.Network is { ClassID: > 0 } or { Priorities.Count: > 0 });
}
