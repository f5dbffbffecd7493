using System.Text.Json;
using Gantry.Linux.Trees;
using static Gantry.Runtime.Statistics.ContainerStatistics;
using static Gantry.Runtime.Statistics.StatisticsFile;

namespace Gantry.Runtime.Statistics;

internal sealed class StatisticsV2(string directory)
{
    private const ulong NanosecondsAMicrosecond = 1000;

    public void Write(Utf8JsonWriter writer)
    {
        Object(writer, "cpu", () => Cpu(writer));
        Object(writer, "cpuset", () =>
        {
            Numbers(writer, "cpus", Ranges(Text(directory, "cpuset.cpus.effective")));
            Numbers(writer, "mems", Ranges(Text(directory, "cpuset.mems.effective")));
        });
        Object(writer, "memory", () => Memory(writer));
        Object(writer, "pids", () =>
        {
            writer.WriteNumber("current", Number(directory, "pids.current"));
            if (Number(directory, "pids.max") is var limit && limit != ulong.MaxValue) writer.WriteNumber("limit", limit);
        });
        Object(writer, "blkio", () => Block(writer));
        Object(writer, "hugetlb", () => Huge(writer));
    }

    private void Cpu(Utf8JsonWriter writer)
    {
        Dictionary<string, ulong> all = Keyed(directory, "cpu.stat");
        Object(writer, "usage", () =>
        {
            writer.WriteNumber("total", all.GetValueOrDefault("usage_usec") * NanosecondsAMicrosecond);
            writer.WriteNumber("kernel", all.GetValueOrDefault("system_usec") * NanosecondsAMicrosecond);
            writer.WriteNumber("user", all.GetValueOrDefault("user_usec") * NanosecondsAMicrosecond);
        });
        Object(writer, "throttling", () =>
        {
            writer.WriteNumber("periods", all.GetValueOrDefault("nr_periods"));
            writer.WriteNumber("throttledPeriods", all.GetValueOrDefault("nr_throttled"));
            writer.WriteNumber("throttledTime", all.GetValueOrDefault("throttled_usec") * NanosecondsAMicrosecond);
        });
    }

    private void Memory(Utf8JsonWriter writer)
    {
        Dictionary<string, ulong> all = Keyed(directory, "memory.stat");
        ulong usage = Number(directory, "memory.current"), limit = Number(directory, "memory.max");
        writer.WriteNumber("cache", all.GetValueOrDefault("file"));
        Object(writer, "usage", () =>
        {
            writer.WriteNumber("limit", limit);
            writer.WriteNumber("usage", usage);
            writer.WriteNumber("max", Number(directory, "memory.peak"));
            writer.WriteNumber("failcnt", Keyed(directory, "memory.events").GetValueOrDefault("max"));
        });
        // Memory and swap together, as v1 counts and as the readers of this member expect.
        Object(writer, "swap", () =>
        {
            ulong swap = Number(directory, "memory.swap.max");
            writer.WriteNumber("limit", swap == ulong.MaxValue || limit == ulong.MaxValue ? ulong.MaxValue : swap + limit);
            writer.WriteNumber("usage", Number(directory, "memory.swap.current") + usage);
            writer.WriteNumber("failcnt", 0);
        });
        Object(writer, "raw", () =>
        {
            foreach ((string key, ulong value) in all) writer.WriteNumber(key, value);
        });
    }

    // 8:0 rbytes=90 wbytes=0 rios=1 wios=0 dbytes=0 dios=0
    private void Block(Utf8JsonWriter writer)
    {
        string[] lines = Text(directory, "io.stat").Split('\n', StringSplitOptions.RemoveEmptyEntries);
        foreach ((string member, string suffix) in ((string, string)[])[("ioServiceBytesRecursive", "bytes"),
            ("ioServicedRecursive", "ios")])
        {
            writer.WriteStartArray(member);
            foreach (string line in lines)
            {
                string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
                foreach ((string key, string operation) in ((string, string)[])[("r", "Read"), ("w", "Write"), ("d", "Discard")])
                    if (Array.Find(words, word => word.StartsWith($"{key}{suffix}=", StringComparison.Ordinal)) is { } found)
                        Entry(writer, words[0], operation, Parse(found[(found.IndexOf('=') + 1)..]));
            }
            writer.WriteEndArray();
        }
    }

    private void Huge(Utf8JsonWriter writer)
    {
        if (!Directory.Exists(directory)) return;
        foreach (string file in OwnDirectory.Files(directory, ".current")
            .Where(static path => Path.GetFileName(path).StartsWith("hugetlb.", StringComparison.Ordinal)))
        {
            string size = Path.GetFileName(file).Split('.')[1];
            if (Path.GetFileName(file).Contains(".rsvd.")) continue;
            Object(writer, size, () =>
            {
                writer.WriteNumber("usage", Number(directory, $"hugetlb.{size}.current"));
                writer.WriteNumber("failcnt", Keyed(directory, $"hugetlb.{size}.events").GetValueOrDefault("max"));
            });
        }
    }
}
