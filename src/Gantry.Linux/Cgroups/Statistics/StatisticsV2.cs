using Gantry.Linux.Trees;
using static Gantry.Linux.Cgroups.Statistics.StatisticsFile;

namespace Gantry.Linux.Cgroups.Statistics;

/// <summary>The counters of cgroup v2, all in one directory.</summary>
internal sealed class StatisticsV2(string directory)
{
    private const ulong NanosecondsAMicrosecond = 1000;

    public CgroupStatistics Read() => new()
    {
        Cpu = Cpu(),
        Cpuset = new CpusetStatistics
        {
            Cpus = [.. Ranges(Text(directory, "cpuset.cpus.effective"))],
            Memories = [.. Ranges(Text(directory, "cpuset.mems.effective"))],
        },
        Memory = Memory(),
        Pids = new PidsStatistics(Number(directory, "pids.current"),
            Number(directory, "pids.max") is var limit && limit != ulong.MaxValue ? limit : null),
        Block = Block(),
        HugePages = [.. Huge()],
    };

    private CpuStatistics Cpu()
    {
        Dictionary<string, ulong> all = Keyed(directory, "cpu.stat");
        return new CpuStatistics
        {
            Total = all.GetValueOrDefault("usage_usec") * NanosecondsAMicrosecond,
            Kernel = all.GetValueOrDefault("system_usec") * NanosecondsAMicrosecond,
            User = all.GetValueOrDefault("user_usec") * NanosecondsAMicrosecond,
            Periods = all.GetValueOrDefault("nr_periods"),
            ThrottledPeriods = all.GetValueOrDefault("nr_throttled"),
            ThrottledTime = all.GetValueOrDefault("throttled_usec") * NanosecondsAMicrosecond,
        };
    }

    private MemoryStatistics Memory()
    {
        Dictionary<string, ulong> all = Keyed(directory, "memory.stat");
        ulong usage = Number(directory, "memory.current"), limit = Number(directory, "memory.max"),
            swap = Number(directory, "memory.swap.max");
        return new MemoryStatistics
        {
            Cache = all.GetValueOrDefault("file"),
            Usage = new MemoryCounter(limit, usage, Number(directory, "memory.peak"),
                Keyed(directory, "memory.events").GetValueOrDefault("max")),
            Swap = new MemoryCounter(swap == ulong.MaxValue || limit == ulong.MaxValue ? ulong.MaxValue : swap + limit,
                Number(directory, "memory.swap.current") + usage, null, 0),
            All = all,
        };
    }

    // 8:0 rbytes=90 wbytes=0 rios=1 wios=0 dbytes=0 dios=0
    private BlockStatistics Block()
    {
        string[][] lines = [.. Text(directory, "io.stat").Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))];
        return new BlockStatistics { Bytes = Counters(lines, "bytes"), Operations = Counters(lines, "ios") };
    }

    private static List<BlockCounter> Counters(string[][] lines, string suffix)
    {
        List<BlockCounter> counters = [];
        foreach (string[] words in lines)
        {
            foreach ((string key, string operation) in ((string, string)[])[("r", "Read"), ("w", "Write"), ("d", "Discard")])
                if (Array.Find(words, word => word.StartsWith($"{key}{suffix}=", StringComparison.Ordinal)) is { } found)
                    counters.Add(DeviceCounter(words[0], operation, found[(found.IndexOf('=') + 1)..]));
        }
        return counters;
    }

    private IEnumerable<HugePageStatistics> Huge()
    {
        if (!Directory.Exists(directory)) yield break;
        foreach (string file in OwnDirectory.Files(directory, ".current")
            .Where(static path => Path.GetFileName(path).StartsWith("hugetlb.", StringComparison.Ordinal)))
        {
            string size = Path.GetFileName(file).Split('.')[1];
            if (Path.GetFileName(file).Contains(".rsvd.")) continue;
            yield return new HugePageStatistics(size, Number(directory, $"hugetlb.{size}.current"), null,
                Keyed(directory, $"hugetlb.{size}.events").GetValueOrDefault("max"));
        }
    }
}
