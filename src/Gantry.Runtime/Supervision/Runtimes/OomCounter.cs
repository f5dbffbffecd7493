using System.Globalization;
using Gantry.Runtime.Statistics;

namespace Gantry.Runtime.Supervision.Runtimes;

/// <summary>How often the kernel killed in the memory cgroup that a process is in;
/// both hierarchies count under the name <c>oom_kill</c>.</summary>
internal sealed class OomCounter
{
    private readonly string? _directory;
    private readonly bool _v1;
    private readonly long _before;

    public OomCounter(int pid)
    {
        foreach (string line in File.ReadLines($"/proc/{pid}/cgroup"))
        {
            string[] fields = line.Split(':', 3);
            if (Array.IndexOf(fields[1].Split(','), "memory") >= 0) (_directory, _v1) = ($"/sys/fs/cgroup/memory{fields[2]}", true);
            else if (fields[1].Length == 0) _directory ??= $"/sys/fs/cgroup{fields[2]}";
        }
        if (_directory is not null && !File.Exists(Counts)) _directory = null;
        _before = Count();
    }

    private string Counts => $"{_directory}/{(_v1 ? "memory.oom_control" : "memory.events")}";

    public long Read() => Count() - _before;

    public OomWatch Watch() => OomWatch.On(_directory, _v1, Count);

    private long Count()
    {
        if (_directory is null || !File.Exists(Counts)) return 0;
        foreach (string line in File.ReadLines(Counts))
        {
            if (line.StartsWith("oom_kill ", StringComparison.Ordinal)) return long.Parse(line.AsSpan(9), CultureInfo.InvariantCulture);
        }
        return 0;
    }
}
