using Gantry.Api;

namespace Gantry.Cli;

/// <summary>Limits of run, create and update; the latter has those that can change while the container runs.</summary>
internal sealed class ResourceFlags
{
    private readonly ValueFlag<long> blkioWeight, cpuPeriod, cpuQuota, rtPeriod, rtRuntime, cpuShares, cpus, memory, reservation, swap, pids;
    private readonly ValueFlag<string> cpuset, mems;

    public ResourceFlags(FlagSet flags)
    {
        blkioWeight = flags.Number("blkio-weight", null, "Relative weight of block I/O, 10 to 1000; 0 switches it off", typeName: "uint16");
        cpuPeriod = flags.Number("cpu-period", null, "Period of the processor quota in microseconds");
        cpuQuota = flags.Number("cpu-quota", null, "Processor time in each period in microseconds");
        rtPeriod = flags.Number("cpu-rt-period", null, "Period of the real-time budget in microseconds");
        rtRuntime = flags.Number("cpu-rt-runtime", null, "Real-time processor time in each period in microseconds");
        cpuShares = flags.Number("cpu-shares", 'c', "Relative weight of processor time");
        cpus = flags.Value("cpus", null, "Number of processors, as a decimal", "decimal", NanoCpus.Parse, 0L);
        cpuset = flags.Text("cpuset-cpus", null, "Processors to run on (0-3, 0,1)");
        mems = flags.Text("cpuset-mems", null, "Memory nodes to use (0-3, 0,1)");
        memory = flags.Value("memory", 'm', "Memory limit", "bytes", ByteSize.Parse, 0L);
        reservation = flags.Value("memory-reservation", null, "Memory that is kept when the host runs short", "bytes", ByteSize.Parse, 0L);
        swap = flags.Value("memory-swap", null, "Limit of memory and swap together; -1 for unlimited swap", "bytes", SizeOrUnlimited, 0L);
        pids = flags.Number("pids-limit", null, "Most processes and threads; -1 for unlimited");
        // The kernel has given up this limit; scripts still set it.
        flags.Add(new ValueFlag<long>("kernel-memory", null, "No longer has an effect", "bytes", SizeOrUnlimited, 0L) { Hidden = true });
    }

    /// <summary>-1 is unlimited.</summary>
    private static long SizeOrUnlimited(string text) => text == "-1" ? -1 : ByteSize.Parse(text);

    public void Apply(ContainerResources resources)
    {
        resources.BlkioWeight = (int)blkioWeight.Value;
        resources.CpuPeriod = cpuPeriod.Value;
        resources.CpuQuota = cpuQuota.Value;
        resources.CpuRealtimePeriod = rtPeriod.Value;
        resources.CpuRealtimeRuntime = rtRuntime.Value;
        resources.CpuShares = cpuShares.Value;
        resources.NanoCpus = cpus.Value;
        resources.CpusetCpus = cpuset.Value;
        resources.CpusetMems = mems.Value;
        resources.Memory = memory.Value;
        resources.MemoryReservation = reservation.Value;
        resources.MemorySwap = swap.Value;
        resources.PidsLimit = pids.IsSet ? pids.Value : null;
    }
}
