using System.Text.Json;
using Gantry.Linux.Trees;
using Gantry.Runtime.Cgroups;
using static Gantry.Runtime.Statistics.ContainerStatistics;
using static Gantry.Runtime.Statistics.StatisticsFile;

namespace Gantry.Runtime.Statistics;

internal sealed class StatisticsV1(CgroupV1 cgroup)
{
    // The kernel counts user and kernel time of cpuacct.stat in ticks of 1/100 s.
    private const ulong NanosecondsATick = 10_000_000;

    private static readonly (string Member, string File)[] BlockFiles =
    [
        ("ioServiceBytesRecursive", "blkio.throttle.io_service_bytes_recursive"),
        ("ioServicedRecursive", "blkio.throttle.io_serviced_recursive"),
        ("ioQueueRecursive", "blkio.bfq.io_queued_recursive"), ("ioServiceTimeRecursive", "blkio.bfq.io_service_time_recursive"),
        ("ioWaitTimeRecursive", "blkio.bfq.io_wait_time_recursive"), ("ioMergedRecursive", "blkio.bfq.io_merged_recursive"),
    ];

    public void Write(Utf8JsonWriter writer)
    {
        Object(writer, "cpu", () => Cpu(writer));
        Object(writer, "cpuset", () => Cpuset(writer, cgroup.Of("cpuset")));
        Object(writer, "memory", () => Memory(writer, cgroup.Of("memory")));
        Object(writer, "pids", () => Pids(writer, cgroup.Of("pids")));
        Object(writer, "blkio", () => Block(writer, cgroup.Of("blkio")));
        Object(writer, "hugetlb", () => Huge(writer, cgroup.Of("hugetlb")));
    }

    private void Cpu(Utf8JsonWriter writer)
    {
        string? directory = cgroup.Of("cpuacct");
        Dictionary<string, ulong> ticks = Keyed(directory, "cpuacct.stat"), throttling = Keyed(cgroup.Of("cpu"), "cpu.stat");
        Object(writer, "usage", () =>
        {
            writer.WriteNumber("total", Number(directory, "cpuacct.usage"));
            Numbers(writer, "percpu", Words(Text(directory, "cpuacct.usage_percpu")));
            Numbers(writer, "percpu_kernel", Words(Text(directory, "cpuacct.usage_percpu_sys")));
            Numbers(writer, "percpu_user", Words(Text(directory, "cpuacct.usage_percpu_user")));
            writer.WriteNumber("kernel", ticks.GetValueOrDefault("system") * NanosecondsATick);
            writer.WriteNumber("user", ticks.GetValueOrDefault("user") * NanosecondsATick);
        });
        Object(writer, "throttling", () =>
        {
            writer.WriteNumber("periods", throttling.GetValueOrDefault("nr_periods"));
            writer.WriteNumber("throttledPeriods", throttling.GetValueOrDefault("nr_throttled"));
            writer.WriteNumber("throttledTime", throttling.GetValueOrDefault("throttled_time"));
        });
    }

    private static void Cpuset(Utf8JsonWriter writer, string? directory)
    {
        Numbers(writer, "cpus", Ranges(Text(directory, "cpuset.cpus")));
        Numbers(writer, "mems", Ranges(Text(directory, "cpuset.mems")));
        foreach (string flag in (string[])["cpu_exclusive", "mem_hardwall", "mem_exclusive", "memory_migrate", "memory_spread_page",
            "memory_spread_slab", "memory_pressure", "sched_load_balance"])
            writer.WriteNumber(flag, Number(directory, $"cpuset.{flag}"));
        if (int.TryParse(Text(directory, "cpuset.sched_relax_domain_level"), out int level))
            writer.WriteNumber("sched_relax_domain_level", level);
    }

    private static void Memory(Utf8JsonWriter writer, string? directory)
    {
        Dictionary<string, ulong> all = Keyed(directory, "memory.stat");
        writer.WriteNumber("cache", all.GetValueOrDefault("cache"));
        foreach ((string member, string prefix) in ((string, string)[])[("usage", "memory"), ("swap", "memory.memsw"),
            ("kernel", "memory.kmem"), ("kernelTCP", "memory.kmem.tcp")])
        {
            Object(writer, member, () =>
            {
                writer.WriteNumber("limit", Number(directory, $"{prefix}.limit_in_bytes"));
                writer.WriteNumber("usage", Number(directory, $"{prefix}.usage_in_bytes"));
                writer.WriteNumber("max", Number(directory, $"{prefix}.max_usage_in_bytes"));
                writer.WriteNumber("failcnt", Number(directory, $"{prefix}.failcnt"));
            });
        }
        Object(writer, "raw", () =>
        {
            foreach ((string key, ulong value) in all) writer.WriteNumber(key, value);
        });
    }

    private static void Pids(Utf8JsonWriter writer, string? directory)
    {
        writer.WriteNumber("current", Number(directory, "pids.current"));
        if (Number(directory, "pids.max") is var limit && limit != ulong.MaxValue) writer.WriteNumber("limit", limit);
    }

    private static void Block(Utf8JsonWriter writer, string? directory)
    {
        foreach ((string member, string file) in BlockFiles)
        {
            writer.WriteStartArray(member);
            foreach (string line in Text(directory, file).Split('\n'))
                if (line.Split(' ') is [var device, var operation, var value] && device.Contains(':'))
                    Entry(writer, device, operation, Parse(value));
            writer.WriteEndArray();
        }
    }

    private static void Huge(Utf8JsonWriter writer, string? directory)
    {
        if (directory is null || !Directory.Exists(directory)) return;
        foreach (string file in OwnDirectory.Files(directory, ".usage_in_bytes")
            .Where(static path => Path.GetFileName(path).StartsWith("hugetlb.", StringComparison.Ordinal)))
        {
            string size = Path.GetFileName(file).Split('.')[1];
            if (size == "rsvd" || Path.GetFileName(file).Contains(".rsvd.")) continue;
            Object(writer, size, () =>
            {
                writer.WriteNumber("usage", Number(directory, $"hugetlb.{size}.usage_in_bytes"));
                writer.WriteNumber("max", Number(directory, $"hugetlb.{size}.max_usage_in_bytes"));
                writer.WriteNumber("failcnt", Number(directory, $"hugetlb.{size}.failcnt"));
            });
        }
    }
}
