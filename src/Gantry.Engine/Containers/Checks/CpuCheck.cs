using Gantry.Api.Containers;

namespace Gantry.Engine.Containers.Checks;

/// <summary>Time, weight and choice of processors.</summary>
internal static class CpuCheck
{
    /// <summary>The kernel's own range.</summary>
    private const long FewestShares = 2, MostShares = 262_144;

    public static void Run(ContainerResources limits, CgroupSupport support)
    {
        if (limits.CpuShares < 0)
            throw GantryException.Invalid($"invalid CPU shares ({limits.CpuShares}): value must be a positive integer");
        if (limits.CpuShares is > 0 and < FewestShares)
            throw GantryException.Invalid($"invalid CPU shares ({limits.CpuShares}): the minimum allowed cpu-shares is {FewestShares}");
        if (limits.CpuShares > MostShares)
            throw GantryException.Invalid($"invalid CPU shares ({limits.CpuShares}): the maximum allowed cpu-shares is {MostShares}");
        if (limits.CpuPeriod is not 0 and (< 1000 or > 1_000_000))
            throw GantryException.Invalid("CPU cfs period can not be less than 1ms (i.e. 1000) or larger than 1s (i.e. 1000000)");
        if (limits.CpuQuota is > 0 and < 1000) throw GantryException.Invalid("CPU cfs quota can not be less than 1ms (i.e. 1000)");
        Whole(limits);
        Realtime(limits, support);
        CpuList.Check("cpus", "CPUs", limits.CpusetCpus, support.Cpus);
        CpuList.Check("mems", "memory nodes", limits.CpusetMems, support.MemoryNodes);
    }

    /// <summary><c>--cpus</c>, which is quota and period in one.</summary>
    private static void Whole(ContainerResources limits)
    {
        if (limits.NanoCpus == 0) return;
        if (limits.CpuPeriod > 0) throw GantryException.Invalid("Conflicting options: Nano CPUs and CPU Period cannot both be set");
        if (limits.CpuQuota > 0) throw GantryException.Invalid("Conflicting options: Nano CPUs and CPU Quota cannot both be set");
        int processors = Environment.ProcessorCount;
        if (limits.NanoCpus < 0 || limits.NanoCpus > processors * 1_000_000_000L)
            throw GantryException.Invalid($"range of CPUs is from 0.01 to {processors}.00, as there are only {processors} CPUs available");
    }

    private static void Realtime(ContainerResources limits, CgroupSupport support)
    {
        if (limits.CpuRealtimePeriod == 0 && limits.CpuRealtimeRuntime == 0) return;
        if (!support.Realtime) throw GantryException.Invalid("Your kernel does not support CPU real-time scheduler");
        if (limits.CpuRealtimePeriod < 0 || limits.CpuRealtimeRuntime < 0)
            throw GantryException.Invalid("cpu real-time period and runtime cannot be negative");
        if (limits.CpuRealtimePeriod > 0 && limits.CpuRealtimeRuntime > limits.CpuRealtimePeriod)
            throw GantryException.Invalid("cpu real-time runtime cannot be higher than cpu real-time period");
    }

    /// <summary>What only another system has is discarded, and said.</summary>
    public static void Discard(ContainerResources limits, List<string> warnings)
    {
        if (limits.CpuCount != 0) warnings.Add("linux does not support CPU count. Count discarded.");
        if (limits.CpuPercent != 0) warnings.Add("linux does not support CPU percent. Percent discarded.");
        limits.CpuCount = limits.CpuPercent = 0;
    }
}
