using Gantry.Linux.Cgroups;
using Gantry.Linux.Trees;

namespace Gantry.Engine.Containers;

/// <summary>Which limits this kernel's cgroups can hold.</summary>
public sealed record CgroupSupport
{
    private const string Root = CgroupHost.UnifiedRoot;

    /// <summary>1 (also for the hybrid layout) or 2.</summary>
    public required int Version { get; init; }
    public bool Memory { get; init; }
    public bool Swap { get; init; }
    public bool OomKillDisable { get; init; }
    public bool CpuPeriod { get; init; }
    public bool CpuQuota { get; init; }
    public bool CpuShares { get; init; }
    public bool CpuSet { get; init; }
    public bool Pids { get; init; }
    /// <summary>Weights of disk access exist only under a scheduler that knows them.</summary>
    public bool BlockIOWeight { get; init; }
    public bool BlockIOWeightDevice { get; init; }
    public bool BlockIOThrottle { get; init; }
    public bool KernelMemoryTcp { get; init; }
    public bool Realtime { get; init; }
    /// <summary>Processors and memory nodes that containers may be given, such as <c>0-3</c>; empty when nobody says.</summary>
    public string Cpus { get; init; } = "";
    /// <inheritdoc cref="Cpus"/>
    public string MemoryNodes { get; init; } = "";

    public static CgroupSupport Read() => CgroupHost.IsUnified ? Unified() : Legacy();

    private static CgroupSupport Unified()
    {
        string[] controllers = File.ReadAllText($"{Root}/cgroup.controllers").Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries);
        bool memory = controllers.Contains("memory"), cpu = controllers.Contains("cpu");
        return new CgroupSupport
        {
            Version = 2,
            Memory = memory,
            Swap = memory && AnyChildHas("memory.swap.max"),
            CpuPeriod = cpu,
            CpuQuota = cpu,
            CpuShares = cpu,
            CpuSet = controllers.Contains("cpuset"),
            Pids = controllers.Contains("pids"),
            BlockIOWeight = AnyChildHas("io.weight") || AnyChildHas("io.bfq.weight"),
            BlockIOWeightDevice = AnyChildHas("io.weight") || AnyChildHas("io.bfq.weight"),
            BlockIOThrottle = controllers.Contains("io"),
            Cpus = Text($"{Root}/cpuset.cpus.effective"),
            MemoryNodes = Text($"{Root}/cpuset.mems.effective"),
        };
    }

    /// <summary>The root has few files of its own; any child shows what the kernel has.</summary>
    private static bool AnyChildHas(string file) => OwnDirectory.Directories(Root).Any(child => File.Exists($"{child}/{file}"));

    private static string Text(string path) => File.Exists(path) ? File.ReadAllText(path).Trim() : "";

    private static CgroupSupport Legacy() => new()
    {
        Version = 1,
        Memory = File.Exists($"{Root}/memory/memory.limit_in_bytes"),
        Swap = File.Exists($"{Root}/memory/memory.memsw.limit_in_bytes"),
        OomKillDisable = File.Exists($"{Root}/memory/memory.oom_control"),
        CpuPeriod = File.Exists($"{Root}/cpu/cpu.cfs_period_us"),
        CpuQuota = File.Exists($"{Root}/cpu/cpu.cfs_quota_us"),
        CpuShares = File.Exists($"{Root}/cpu/cpu.shares"),
        CpuSet = File.Exists($"{Root}/cpuset/cpuset.cpus"),
        Pids = Directory.Exists($"{Root}/pids"),
        BlockIOWeight = File.Exists($"{Root}/blkio/blkio.weight") || File.Exists($"{Root}/blkio/blkio.bfq.weight"),
        BlockIOWeightDevice = File.Exists($"{Root}/blkio/blkio.weight_device") || File.Exists($"{Root}/blkio/blkio.bfq.weight_device"),
        BlockIOThrottle = File.Exists($"{Root}/blkio/blkio.throttle.read_bps_device"),
        KernelMemoryTcp = File.Exists($"{Root}/memory/memory.kmem.tcp.limit_in_bytes"),
        Realtime = File.Exists($"{Root}/cpu/cpu.rt_runtime_us"),
        Cpus = Text($"{Root}/cpuset/cpuset.cpus"),
        MemoryNodes = Text($"{Root}/cpuset/cpuset.mems"),
    };

    /// <summary>What is missing, as <c>docker info</c> warns of it.</summary>
    public IEnumerable<string> Warnings()
    {
        if (!Memory) yield return "WARNING: No memory limit support";
        if (!Swap) yield return "WARNING: No swap limit support";
        if (!CpuQuota) yield return "WARNING: No cpu cfs quota support";
        if (!CpuPeriod) yield return "WARNING: No cpu cfs period support";
        if (!CpuShares) yield return "WARNING: No cpu shares support";
        if (!CpuSet) yield return "WARNING: No cpuset support";
        if (!Pids) yield return "WARNING: No pids limit support";
    }
}
