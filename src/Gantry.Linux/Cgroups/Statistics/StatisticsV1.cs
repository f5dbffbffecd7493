using Gantry.Linux.Trees;
using static Gantry.Linux.Cgroups.Statistics.StatisticsFile;

namespace Gantry.Linux.Cgroups.Statistics;

/// <summary>The counters of cgroup v1, each controller's in its own hierarchy.</summary>
internal sealed class StatisticsV1(Func<string, string?> directoryOf)
{
    // The kernel counts user and kernel time of cpuacct.stat in ticks of 1/100 s.
    private const ulong NanosecondsATick = 10_000_000;

    private static readonly string[] CpusetFlags = ["cpu_exclusive", "mem_hardwall", "mem_exclusive", "memory_migrate",
        "memory_spread_page", "memory_spread_slab", "memory_pressure", "sched_load_balance"];

    public CgroupStatistics Read() => new()
    {
        Cpu = Cpu(directoryOf("cpuacct"), directoryOf("cpu")),
        Cpuset = Cpuset(directoryOf("cpuset")),
        Memory = Memory(directoryOf("memory")),
        Pids = Pids(directoryOf("pids")),
        Block = Block(directoryOf("blkio")),
        HugePages = [.. Huge(directoryOf("hugetlb"))],
    };

    private static CpuStatistics Cpu(string? accounting, string? directory)
    {
        Dictionary<string, ulong> ticks = Keyed(accounting, "cpuacct.stat"), throttling = Keyed(directory, "cpu.stat");
        return new CpuStatistics
        {
            Total = Number(accounting, "cpuacct.usage"),
            EachTotal = [.. Words(Text(accounting, "cpuacct.usage_percpu"))],
            EachKernel = [.. Words(Text(accounting, "cpuacct.usage_percpu_sys"))],
            EachUser = [.. Words(Text(accounting, "cpuacct.usage_percpu_user"))],
            Kernel = ticks.GetValueOrDefault("system") * NanosecondsATick,
            User = ticks.GetValueOrDefault("user") * NanosecondsATick,
            Periods = throttling.GetValueOrDefault("nr_periods"),
            ThrottledPeriods = throttling.GetValueOrDefault("nr_throttled"),
            ThrottledTime = throttling.GetValueOrDefault("throttled_time"),
        };
    }

    private static CpusetStatistics Cpuset(string? directory) => new()
    {
        Cpus = [.. Ranges(Text(directory, "cpuset.cpus"))],
        Memories = [.. Ranges(Text(directory, "cpuset.mems"))],
        Flags = [.. CpusetFlags.Select(flag => KeyValuePair.Create(flag, Number(directory, $"cpuset.{flag}")))],
        RelaxDomainLevel = int.TryParse(Text(directory, "cpuset.sched_relax_domain_level"), out int level) ? level : null,
    };

    private static MemoryStatistics Memory(string? directory)
    {
        Dictionary<string, ulong> all = Keyed(directory, "memory.stat");
        return new MemoryStatistics
        {
            Cache = all.GetValueOrDefault("cache"),
            Usage = Counter(directory, "memory"),
            Swap = Counter(directory, "memory.memsw"),
            Kernel = Counter(directory, "memory.kmem"),
            KernelTcp = Counter(directory, "memory.kmem.tcp"),
            All = all,
        };
    }

    private static MemoryCounter Counter(string? directory, string prefix) =>
        new(Number(directory, $"{prefix}.limit_in_bytes"), Number(directory, $"{prefix}.usage_in_bytes"),
            Number(directory, $"{prefix}.max_usage_in_bytes"), Number(directory, $"{prefix}.failcnt"));

    private static PidsStatistics Pids(string? directory) =>
        new(Number(directory, "pids.current"), Number(directory, "pids.max") is var limit && limit != ulong.MaxValue ? limit : null);

    private static BlockStatistics Block(string? directory) => new()
    {
        Bytes = Counters(directory, "blkio.throttle.io_service_bytes_recursive"),
        Operations = Counters(directory, "blkio.throttle.io_serviced_recursive"),
        Queued = Counters(directory, "blkio.bfq.io_queued_recursive"),
        ServiceTime = Counters(directory, "blkio.bfq.io_service_time_recursive"),
        WaitTime = Counters(directory, "blkio.bfq.io_wait_time_recursive"),
        Merged = Counters(directory, "blkio.bfq.io_merged_recursive"),
    };

    // 8:0 Read 4096
    private static List<BlockCounter> Counters(string? directory, string file)
    {
        List<BlockCounter> counters = [];
        foreach (string line in Text(directory, file).Split('\n'))
            if (line.Split(' ') is [var device, var operation, var value] && device.Contains(':'))
                counters.Add(DeviceCounter(device, operation, value));
        return counters;
    }

    private static IEnumerable<HugePageStatistics> Huge(string? directory)
    {
        if (directory is null || !Directory.Exists(directory)) yield break;
        foreach (string file in OwnDirectory.Files(directory, ".usage_in_bytes")
            .Where(static path => Path.GetFileName(path).StartsWith("hugetlb.", StringComparison.Ordinal)))
        {
            string size = Path.GetFileName(file).Split('.')[1];
            if (size == "rsvd" || Path.GetFileName(file).Contains(".rsvd.")) continue;
            yield return new HugePageStatistics(size, Number(directory, $"hugetlb.{size}.usage_in_bytes"),
                Number(directory, $"hugetlb.{size}.max_usage_in_bytes"), Number(directory, $"hugetlb.{size}.failcnt"));
        }
    }
}
