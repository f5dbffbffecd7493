using System.Globalization;

namespace Gantry.Runtime.Shim.Workloads;

/// <summary>How often the kernel killed in the memory cgroup that a process is in; both hierarchies count under the name <c>oom_kill</c>.</summary>
internal sealed class OomCounter
{
    private readonly string? _file;
    private readonly long _before;

    internal OomCounter(int pid)
    {
        foreach (string line in File.ReadLines($"/proc/{pid}/cgroup"))
        {
            string[] fields = line.Split(':', 3);
            if (Array.IndexOf(fields[1].Split(','), "memory") >= 0) _file = $"/sys/fs/cgroup/memory{fields[2]}/memory.oom_control";
            else if (fields[1].Length == 0) _file ??= $"/sys/fs/cgroup{fields[2]}/memory.events";
        }
        _before = Count();
    }

    internal long Read() => Count() - _before;

    private long Count()
    {
        if (_file is null || !File.Exists(_file)) return 0;
        foreach (string line in File.ReadLines(_file))
        {
            if (line.StartsWith("oom_kill ", StringComparison.Ordinal)) return long.Parse(line.AsSpan(9), CultureInfo.InvariantCulture);
        }
        return 0;
    }
}
