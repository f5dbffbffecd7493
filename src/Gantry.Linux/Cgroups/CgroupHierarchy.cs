using Gantry.Linux.Files;

namespace Gantry.Linux.Cgroups;

/// <summary>One mounted hierarchy of cgroup v1.</summary>
/// <param name="MountName">The mount point's last component, such as <c>cpu,cpuacct</c>.</param>
/// <param name="Controllers">Its controllers, or <c>name=systemd</c> and the like.</param>
public sealed record CgroupHierarchy(string MountPoint, string MountName, IReadOnlyList<string> Controllers);

/// <summary>How this host has control groups: cgroups(7).</summary>
public static class CgroupHost
{
    public const string UnifiedRoot = "/sys/fs/cgroup";
    private const int MountInfoLimit = 64 << 20;

    /// <summary>Pure v2. A hybrid host has its controllers in v1 and counts as that.</summary>
    public static bool IsUnified { get; } = File.Exists($"{UnifiedRoot}/cgroup.controllers");

    /// <summary>The v1 hierarchies, once each, in the order of their mounting.</summary>
    public static IReadOnlyList<CgroupHierarchy> Hierarchies { get; } = IsUnified ? [] : ReadHierarchies(LinuxFile.ReadText("/proc/self/mountinfo", limit: MountInfoLimit));

    // 36 35 98:0 /root /mount/point options optional… - type source super-options     (proc_pid_mountinfo(5))
    internal static List<CgroupHierarchy> ReadHierarchies(string mountInfo)
    {
        List<CgroupHierarchy> found = [];
        foreach (string line in mountInfo.Split('\n'))
        {
            int separator = line.IndexOf(" - cgroup ", StringComparison.Ordinal);
            if (separator < 0) continue;
            string mountPoint = line.Split(' ', 6)[4];
            string[] controllers = [.. line[(line.LastIndexOf(' ') + 1)..].Split(',').Where(IsController)];
            if (controllers.Length == 0 || found.Any(h => h.Controllers.Intersect(controllers).Any())) continue;
            found.Add(new CgroupHierarchy(mountPoint, Path.GetFileName(mountPoint), controllers));
        }
        return found;
    }

    private static bool IsController(string option) => option.StartsWith("name=", StringComparison.Ordinal)
        || option is "cpu" or "cpuacct" or "cpuset" or "memory" or "devices" or "freezer" or "blkio" or "pids" or "hugetlb" or "net_cls" or "net_prio"
            or "perf_event" or "rdma" or "misc";
}
