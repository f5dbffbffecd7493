namespace Gantry.Linux.Cgroups.Statistics;

/// <summary>What the kernel counts of a cgroup: nanoseconds, bytes and numbers, whichever version they come from. What a version does not
/// count is null; what this kernel does not, 0.</summary>
public sealed record CgroupStatistics
{
    public required CpuStatistics Cpu { get; init; }
    public required CpusetStatistics Cpuset { get; init; }
    public required MemoryStatistics Memory { get; init; }
    public required PidsStatistics Pids { get; init; }
    public required BlockStatistics Block { get; init; }
    public required IReadOnlyList<HugePageStatistics> HugePages { get; init; }

    /// <param name="directoryOf">Where the group is in a controller's hierarchy; null for a controller that is not there.</param>
    public static CgroupStatistics ReadV1(Func<string, string?> directoryOf) => new StatisticsV1(directoryOf).Read();

    public static CgroupStatistics ReadV2(string directory) => new StatisticsV2(directory).Read();
}

public sealed record CpuStatistics
{
    /// <summary>Nanoseconds, as the next two.</summary>
    public required ulong Total { get; init; }
    public required ulong Kernel { get; init; }
    public required ulong User { get; init; }
    /// <summary>v1: nanoseconds of each processor that there could be; in all, in the kernel and outside of it.</summary>
    public IReadOnlyList<ulong>? EachTotal { get; init; }
    public IReadOnlyList<ulong>? EachKernel { get; init; }
    public IReadOnlyList<ulong>? EachUser { get; init; }
    public required ulong Periods { get; init; }
    public required ulong ThrottledPeriods { get; init; }
    /// <summary>Nanoseconds.</summary>
    public required ulong ThrottledTime { get; init; }
}

public sealed record CpusetStatistics
{
    public required IReadOnlyList<ulong> Cpus { get; init; }
    public required IReadOnlyList<ulong> Memories { get; init; }
    /// <summary>v1: the group's switches, by their names without "cpuset.".</summary>
    public IReadOnlyList<KeyValuePair<string, ulong>> Flags { get; init; } = [];
    /// <summary>v1.</summary>
    public int? RelaxDomainLevel { get; init; }
}

public sealed record MemoryStatistics
{
    /// <summary>Of what is used, what the kernel could give back: contents of files.</summary>
    public required ulong Cache { get; init; }
    public required MemoryCounter Usage { get; init; }
    /// <summary>Memory and swap together, as v1 counts it.</summary>
    public required MemoryCounter Swap { get; init; }
    /// <summary>v1.</summary>
    public MemoryCounter? Kernel { get; init; }
    /// <summary>v1.</summary>
    public MemoryCounter? KernelTcp { get; init; }
    /// <summary>All of memory.stat, in its order.</summary>
    public required IReadOnlyDictionary<string, ulong> All { get; init; }
}

/// <param name="Limit"><see cref="ulong.MaxValue"/> for none.</param>
/// <param name="Most">The highest usage so far; null where it is not counted.</param>
/// <param name="Failures">How often the limit was reached.</param>
public sealed record MemoryCounter(ulong Limit, ulong Usage, ulong? Most, ulong Failures);

/// <param name="Limit">Null for none.</param>
public sealed record PidsStatistics(ulong Current, ulong? Limit);

/// <summary>By device and operation; null what a version does not count.</summary>
public sealed record BlockStatistics
{
    public required IReadOnlyList<BlockCounter> Bytes { get; init; }
    public required IReadOnlyList<BlockCounter> Operations { get; init; }
    public IReadOnlyList<BlockCounter>? Queued { get; init; }
    public IReadOnlyList<BlockCounter>? ServiceTime { get; init; }
    public IReadOnlyList<BlockCounter>? WaitTime { get; init; }
    public IReadOnlyList<BlockCounter>? Merged { get; init; }
}

/// <param name="Operation">As the kernel's v1 names it: Read, Write, Sync, Async, Discard, Total.</param>
public sealed record BlockCounter(ulong Major, ulong Minor, string Operation, ulong Value);

/// <param name="Size">As in the kernel's file names: <c>2MB</c>.</param>
/// <param name="Most">v1: the highest usage so far.</param>
public sealed record HugePageStatistics(string Size, ulong Usage, ulong? Most, ulong Failures);
