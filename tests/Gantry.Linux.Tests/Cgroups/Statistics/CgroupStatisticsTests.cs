using Gantry.Linux.Cgroups.Statistics;

namespace Gantry.Linux.Tests.Cgroups.Statistics;

/// <summary>Both versions' files, as kernels write them, give the same record.</summary>
public sealed class CgroupStatisticsTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("gantry-statistics-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private void Files(params (string Name, string Text)[] files)
    {
        foreach ((string name, string text) in files) File.WriteAllText(Path.Combine(_directory, name), text + "\n");
    }

    [Fact]
    public void Version2()
    {
        Files(("cpu.stat", "usage_usec 30\nuser_usec 20\nsystem_usec 10\nnr_periods 4\nnr_throttled 3\nthrottled_usec 2"),
            ("cpuset.cpus.effective", "0-2,5"), ("cpuset.mems.effective", "0"), ("memory.current", "1000"), ("memory.max", "max"),
            ("memory.peak", "2000"), ("memory.stat", "anon 5\nfile 400"), ("memory.events", "low 0\nmax 7\noom_kill 1"),
            ("memory.swap.max", "max"), ("memory.swap.current", "50"), ("pids.current", "3"), ("pids.max", "10"),
            ("io.stat", "8:0 rbytes=90 wbytes=80 rios=2 wios=1 dbytes=0 dios=0"), ("hugetlb.2MB.current", "4096"),
            ("hugetlb.2MB.events", "max 6"), ("hugetlb.2MB.rsvd.current", "1"));
        CgroupStatistics read = CgroupStatistics.ReadV2(_directory);
        Assert.Equal((30_000UL, 10_000UL, 20_000UL), (read.Cpu.Total, read.Cpu.Kernel, read.Cpu.User));
        Assert.Equal((4UL, 3UL, 2_000UL), (read.Cpu.Periods, read.Cpu.ThrottledPeriods, read.Cpu.ThrottledTime));
        Assert.Null(read.Cpu.EachTotal);
        Assert.Equal([0, 1, 2, 5], read.Cpuset.Cpus);
        Assert.Equal(new MemoryCounter(ulong.MaxValue, 1000, 2000, 7), read.Memory.Usage);
        Assert.Equal(new MemoryCounter(ulong.MaxValue, 1050, null, 0), read.Memory.Swap);
        Assert.Equal((400UL, 5UL), (read.Memory.Cache, read.Memory.All["anon"]));
        Assert.Equal(new PidsStatistics(3, 10), read.Pids);
        Assert.Equal([new(8, 0, "Read", 90), new(8, 0, "Write", 80), new(8, 0, "Discard", 0)], read.Block.Bytes);
        Assert.Null(read.Block.Queued);
        Assert.Equal([new HugePageStatistics("2MB", 4096, null, 6)], read.HugePages);
    }

    [Fact]
    public void Version1()
    {
        Files(("cpuacct.stat", "user 2\nsystem 1"), ("cpuacct.usage", "31"), ("cpuacct.usage_percpu", "30 1"),
            ("cpu.stat", "nr_periods 4\nnr_throttled 3\nthrottled_time 2"), ("cpuset.cpus", "1"), ("cpuset.memory_migrate", "1"),
            ("cpuset.sched_relax_domain_level", "-1"), ("memory.stat", "cache 400\nrss 5"), ("memory.limit_in_bytes", "9000"),
            ("memory.usage_in_bytes", "1000"), ("memory.max_usage_in_bytes", "2000"), ("memory.failcnt", "7"), ("pids.current", "3"),
            ("pids.max", "max"), ("blkio.throttle.io_service_bytes_recursive", "8:0 Read 90\n8:0 Total 90\nTotal 90"),
            ("hugetlb.2MB.usage_in_bytes", "4096"), ("hugetlb.2MB.max_usage_in_bytes", "8192"));
        CgroupStatistics read = CgroupStatistics.ReadV1(controller => controller == "nosuch" ? null : _directory);
        Assert.Equal((31UL, 10_000_000UL, 20_000_000UL), (read.Cpu.Total, read.Cpu.Kernel, read.Cpu.User));
        Assert.Equal([30, 1], read.Cpu.EachTotal!);
        Assert.Equal((2UL, -1), (read.Cpu.ThrottledTime, read.Cpuset.RelaxDomainLevel));
        Assert.Contains(KeyValuePair.Create("memory_migrate", 1UL), read.Cpuset.Flags);
        Assert.Equal(new MemoryCounter(9000, 1000, 2000, 7), read.Memory.Usage);
        Assert.Equal(new PidsStatistics(3, null), read.Pids);
        Assert.Equal([new(8, 0, "Read", 90), new(8, 0, "Total", 90)], read.Block.Bytes);
        Assert.Equal([new HugePageStatistics("2MB", 4096, 8192, 0)], read.HugePages);
    }

    [Fact]
    public void WhereNothingIsCountedEverythingIsNought()
    {
        CgroupStatistics read = CgroupStatistics.ReadV1(_ => null);
        Assert.Equal((0UL, 0UL), (read.Cpu.Total, read.Memory.Usage.Usage));
        Assert.Empty(read.HugePages);
    }
}
