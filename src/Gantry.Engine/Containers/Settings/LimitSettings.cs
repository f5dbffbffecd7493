using Gantry.Api.Containers;
using Gantry.Linux.Cgroups;
using Gantry.Oci.Runtime;

namespace Gantry.Engine.Containers.Settings;

/// <summary>Limits: from the wire's flat fields to the specification's groups.</summary>
internal static class LimitSettings
{
    private const ulong CpuPeriod = 100_000;

    public static OciResources Read(HostConfig host) => new()
    {
        Memory = Memory(host),
        Cpu = Cpu(host),
        // Said to be none, it lifts the one that an update finds.
        Pids = host.PidsLimit is { } limit ? new OciPids { Limit = limit > 0 ? limit : -1 } : null,
        BlockIO = BlockIOSettings.Read(host),
    };

    private static OciMemory? Memory(HostConfig host)
    {
        OciMemory memory = new()
        {
            Limit = Positive(host.Memory),
            Reservation = Positive(host.MemoryReservation),
            Swap = host.MemorySwap != 0 ? Math.Max(-1, host.MemorySwap) : null,
            KernelTCP = Positive(host.KernelMemoryTCP ?? 0),
            // cgroup v2 knows neither; they are discarded, as Docker does.
            Swappiness = host.MemorySwappiness is >= 0 and long swappiness && !CgroupHost.IsUnified ? (ulong)swappiness : null,
            DisableOOMKiller = host.OomKillDisable == true && !CgroupHost.IsUnified ? true : null,
        };
        return memory == new OciMemory() ? null : memory;
    }

    private static OciCpu? Cpu(HostConfig host)
    {
        OciCpu cpu = new()
        {
            Shares = host.CpuShares > 0 ? (ulong)host.CpuShares : null,
            Quota = host.NanoCpus > 0 ? host.NanoCpus * (long)CpuPeriod / 1_000_000_000
                : host.CpuQuota != 0 ? Math.Max(-1, host.CpuQuota) : null,
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
