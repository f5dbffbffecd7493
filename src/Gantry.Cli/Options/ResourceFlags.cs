using Gantry.Api.Containers;
using Gantry.Cli.CommandLine;

namespace Gantry.Cli.Options;

/// <summary>Limits of run, create and update; the latter has those that can change while the container runs.</summary>
internal sealed class ResourceFlags
{
    private readonly ValueFlag<long> _blkioWeight, _cpuPeriod, _cpuQuota, _rtPeriod, _rtRuntime, _cpuShares, _cpus, _memory, _reservation,
        _swap, _pids;
    private readonly ValueFlag<string> _cpuset, _mems;

    public ResourceFlags(FlagSet flags)
    {
        _blkioWeight =
            flags.Number("blkio-weight", null, "Relative weight of block I/O, 10 to 1000; 0 switches it off", typeName: "uint16");
        _cpuPeriod = flags.Number("cpu-period", null, "Period of the processor quota in microseconds");
        _cpuQuota = flags.Number("cpu-quota", null, "Processor time in each period in microseconds");
        _rtPeriod = flags.Number("cpu-rt-period", null, "Period of the real-time budget in microseconds");
        _rtRuntime = flags.Number("cpu-rt-runtime", null, "Real-time processor time in each period in microseconds");
        _cpuShares = flags.Number("cpu-shares", 'c', "Relative weight of processor time");
        _cpus = flags.Value("cpus", null, "Number of processors, as a decimal", "decimal", NanoCpus.Parse, 0L);
        _cpuset = flags.Text("cpuset-cpus", null, "Processors to run on (0-3, 0,1)");
        _mems = flags.Text("cpuset-mems", null, "Memory nodes to use (0-3, 0,1)");
        _memory = flags.Value("memory", 'm', "Memory limit", "bytes", ByteSize.Parse, 0L);
        _reservation = flags.Value("memory-reservation", null, "Memory that is kept when the host runs short", "bytes", ByteSize.Parse, 0L);
        _swap = flags.Value("memory-swap", null, "Limit of memory and swap together; -1 for unlimited swap", "bytes", SizeOrUnlimited, 0L);
        _pids = flags.Number("pids-limit", null, "Most processes and threads; -1 for unlimited");
        // The kernel has given up this limit; scripts still set it.
        flags.Add(new ValueFlag<long>("kernel-memory", null, "No longer has an effect", "bytes", SizeOrUnlimited, 0L) { Hidden = true });
    }

    /// <summary>-1 is unlimited.</summary>
    private static long SizeOrUnlimited(string text) => text == "-1" ? -1 : ByteSize.Parse(text);

    public void Apply(ContainerResources resources)
    {
        resources.BlkioWeight = (int)_blkioWeight.Value;
        resources.CpuPeriod = _cpuPeriod.Value;
        resources.CpuQuota = _cpuQuota.Value;
        resources.CpuRealtimePeriod = _rtPeriod.Value;
        resources.CpuRealtimeRuntime = _rtRuntime.Value;
        resources.CpuShares = _cpuShares.Value;
        resources.NanoCpus = _cpus.Value;
        resources.CpusetCpus = _cpuset.Value;
        resources.CpusetMems = _mems.Value;
        resources.Memory = _memory.Value;
        resources.MemoryReservation = _reservation.Value;
        resources.MemorySwap = _swap.Value;
        resources.PidsLimit = _pids.IsSet ? _pids.Value : null;
    }
}
