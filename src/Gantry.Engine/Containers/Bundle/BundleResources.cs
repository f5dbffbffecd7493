using Gantry.Api;
using Gantry.Oci.Runtime;

namespace Gantry.Engine.Containers.Bundle;

/// <summary>Limits: from the wire's flat fields to the specification's groups.</summary>
public static class BundleResources
{
    private const long MinimumMemory = 6L << 20;
    private const ulong CpuPeriod = 100_000;

    public static OciResources Build(HostConfig host) => new()
    {
        Devices = BundleDevices.Rules(host),
        Memory = Memory(host),
        Cpu = Cpu(host),
        Pids = host.PidsLimit is > 0 and long limit ? new OciPids { Limit = limit } : null,
        BlockIO = host.BlkioWeight > 0 ? new OciBlockIO { Weight = (ushort)host.BlkioWeight } : null,
    };

    /// <exception cref="GantryException">InvalidArgument with the daemon's known texts.</exception>
    public static void Validate(HostConfig host)
    {
        if (host.Memory is > 0 and < MinimumMemory) throw GantryException.Invalid("Minimum memory limit allowed is 6MB");
        if (host.Memory < 0) throw GantryException.Invalid("invalid memory limit: must not be negative");
        if (host.MemorySwap > 0 && host.Memory == 0) throw GantryException.Invalid("You should always set the Memory limit when using Memoryswap limit, see usage");
        if (host.MemorySwap > 0 && host.MemorySwap < host.Memory) throw GantryException.Invalid("Minimum memoryswap limit should be larger than memory limit, see usage");
        if (host.MemoryReservation > 0 && host.Memory > 0 && host.MemoryReservation > host.Memory)
        {
            throw GantryException.Invalid("Minimum memory limit can not be less than memory reservation limit, see usage");
        }
        if (host.MemorySwappiness is { } swappiness and not (>= -1 and <= 100)) throw GantryException.Invalid($"Invalid value: {swappiness}, valid memory swappiness range is 0-100");
        if (host.NanoCpus > 0 && (host.CpuQuota > 0 || host.CpuPeriod > 0)) throw GantryException.Invalid("Conflicting options: Nano CPUs and CPU Period/Quota cannot both be set");
        if (host.NanoCpus < 0 || host.NanoCpus > Environment.ProcessorCount * 1_000_000_000L)
        {
            throw GantryException.Invalid($"range of CPUs is from 0.01 to {Environment.ProcessorCount}.00, as there are only {Environment.ProcessorCount} CPUs available");
        }
        if (host.CpuShares < 0) throw GantryException.Invalid($"invalid CPU shares ({host.CpuShares}): value must be a positive integer");
        if (host.CpuPeriod is not 0 and (< 1000 or > 1_000_000)) throw GantryException.Invalid("CPU cfs period can not be less than 1ms (i.e. 1000) or larger than 1s (i.e. 1000000)");
        if (host.CpuQuota is > 0 and < 1000) throw GantryException.Invalid("CPU cfs quota can not be less than 1ms (i.e. 1000)");
        if (host.BlkioWeight is > 0 and (< 10 or > 1000)) throw GantryException.Invalid("Range of blkio weight is from 10 to 1000");
        if (host.OomScoreAdj is < -1000 or > 1000) throw GantryException.Invalid($"Invalid value {host.OomScoreAdj}, range for oom score adj is [-1000, 1000]");
    }

    private static OciMemory? Memory(HostConfig host)
    {
        OciMemory memory = new()
        {
            Limit = Positive(host.Memory),
            Reservation = Positive(host.MemoryReservation),
            // Without a word about swap a container gets as much of it again as it has memory.
            Swap = host.MemorySwap != 0 ? host.MemorySwap : host.Memory > 0 ? host.Memory * 2 : null,
            // cgroup v2 knows neither; they are discarded, as Docker does.
            Swappiness = host.MemorySwappiness is >= 0 and long swappiness && !CgroupVersion.IsUnified ? (ulong)swappiness : null,
            DisableOOMKiller = host.OomKillDisable == true && !CgroupVersion.IsUnified ? true : null,
        };
        return memory == new OciMemory() ? null : memory;
    }

    private static OciCpu? Cpu(HostConfig host)
    {
        OciCpu cpu = new()
        {
            Shares = host.CpuShares > 0 ? (ulong)host.CpuShares : null,
            Quota = host.NanoCpus > 0 ? host.NanoCpus * (long)CpuPeriod / 1_000_000_000 : host.CpuQuota != 0 ? host.CpuQuota : null,
            Period = host.NanoCpus > 0 ? CpuPeriod : host.CpuPeriod > 0 ? (ulong)host.CpuPeriod : null,
            RealtimePeriod = host.CpuRealtimePeriod > 0 ? (ulong)host.CpuRealtimePeriod : null,
            RealtimeRuntime = host.CpuRealtimeRuntime > 0 ? host.CpuRealtimeRuntime : null,
            Cpus = string.IsNullOrEmpty(host.CpusetCpus) ? null : host.CpusetCpus,
            Mems = string.IsNullOrEmpty(host.CpusetMems) ? null : host.CpusetMems,
        };
        return cpu == new OciCpu() ? null : cpu;
    }

    private static long? Positive(long value) => value > 0 ? value : null;
}
