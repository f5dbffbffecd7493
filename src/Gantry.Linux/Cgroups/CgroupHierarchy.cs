using Gantry.Linux.Mounts;

namespace Gantry.Linux.Cgroups;

/// <summary>One mounted hierarchy of cgroup v1.</summary>
/// <param name="MountName">The mount point's last component, such as <c>cpu,cpuacct</c>.</param>
/// <param name="Controllers">Its controllers, or <c>name=systemd</c> and the like.</param>
public sealed record CgroupHierarchy(string MountPoint, string MountName, IReadOnlyList<string> Controllers);

/// <summary>How this host has control groups: cgroups(7).</summary>
public static class CgroupHost
{
    public const string UnifiedRoot = "/sys/fs/cgroup";
    /// <summary>Where a host with v1 mounts a v2 without controllers.</summary>
    public const string HybridRoot = $"{UnifiedRoot}/unified";

    /// <summary>Pure v2. A hybrid host has its controllers in v1 and counts as that.</summary>
    public static bool IsUnified { get; } = File.Exists($"{UnifiedRoot}/cgroup.controllers");

    /// <summary>There is one beside v1.</summary>
    public static bool IsHybrid { get; } = !IsUnified && File.Exists($"{HybridRoot}/cgroup.procs");

    /// <summary>The v1 hierarchies, once each, in the order of their mounting.</summary>
    public static IReadOnlyList<CgroupHierarchy> Hierarchies { get; } = IsUnified ? [] : InMounts(MountTable.Own());

    internal static List<CgroupHierarchy> InMounts(IReadOnlyList<MountEntry> mounts)
    {
        List<CgroupHierarchy> found = [];
        HashSet<string> known = [];
        foreach (MountEntry mount in mounts)
        {
            if (mount.Type != "cgroup") continue;
            List<string> controllers = [];
            foreach (string option in mount.Options.Split(','))
                if (IsController(option)) controllers.Add(option);
            if (controllers.Count == 0 || known.Overlaps(controllers)) continue;
            known.UnionWith(controllers);
            found.Add(new CgroupHierarchy(mount.Place, Path.GetFileName(mount.Place), controllers));
        }
        return found;
    }

    private static bool IsController(string option) => option.StartsWith("name=", StringComparison.Ordinal)
        || option is "cpu" or "cpuacct" or "cpuset" or "memory" or "devices" or "freezer" or "blkio" or "pids" or "hugetlb" or "net_cls"
        or "net_prio"
            or "perf_event" or "rdma" or "misc";
}
