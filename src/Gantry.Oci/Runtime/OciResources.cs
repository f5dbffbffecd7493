namespace Gantry.Oci.Runtime;

/// <summary>config-linux.md, "Control groups"; also what <c>update -r</c> reads.</summary>
public sealed record OciResources
{
    public IReadOnlyList<OciDeviceRule>? Devices { get; init; }
    public OciMemory? Memory { get; init; }
    public OciCpu? Cpu { get; init; }
    public OciPids? Pids { get; init; }
    public OciBlockIO? BlockIO { get; init; }
    public IReadOnlyList<OciHugepageLimit>? HugepageLimits { get; init; }
    public OciNetworkClass? Network { get; init; }
    public IReadOnlyDictionary<string, OciRdma>? Rdma { get; init; }
    /// <summary>cgroup v2 file name → content.</summary>
    public IReadOnlyDictionary<string, string>? Unified { get; init; }
}

public sealed record OciDeviceRule
{
    public bool Allow { get; init; }
    public string? Type { get; init; }
    public long? Major { get; init; }
    public long? Minor { get; init; }
    public string? Access { get; init; }
}

/// <summary>Bytes; -1 is unlimited.</summary>
public sealed record OciMemory
{
    public long? Limit { get; init; }
    public long? Reservation { get; init; }
    /// <summary>Memory and swap together.</summary>
    public long? Swap { get; init; }
    public long? Kernel { get; init; }
    public long? KernelTCP { get; init; }
    public ulong? Swappiness { get; init; }
    public bool? DisableOOMKiller { get; init; }
    public bool? UseHierarchy { get; init; }
    public bool? CheckBeforeUpdate { get; init; }
}

/// <summary>Microseconds for quota, period, burst and runtimes.</summary>
public sealed record OciCpu
{
    public ulong? Shares { get; init; }
    public long? Quota { get; init; }
    public ulong? Burst { get; init; }
    public ulong? Period { get; init; }
    public long? RealtimeRuntime { get; init; }
    public ulong? RealtimePeriod { get; init; }
    public string? Cpus { get; init; }
    public string? Mems { get; init; }
    public long? Idle { get; init; }
}

public sealed record OciPids
{
    /// <summary>0 and below: unlimited.</summary>
    public long Limit { get; init; }
}

public sealed record OciBlockIO
{
    public ushort? Weight { get; init; }
    public ushort? LeafWeight { get; init; }
    public IReadOnlyList<OciWeightDevice>? WeightDevice { get; init; }
    public IReadOnlyList<OciThrottleDevice>? ThrottleReadBpsDevice { get; init; }
    public IReadOnlyList<OciThrottleDevice>? ThrottleWriteBpsDevice { get; init; }
    public IReadOnlyList<OciThrottleDevice>? ThrottleReadIOPSDevice { get; init; }
    public IReadOnlyList<OciThrottleDevice>? ThrottleWriteIOPSDevice { get; init; }
}

public sealed record OciWeightDevice
{
    public long Major { get; init; }
    public long Minor { get; init; }
    public ushort? Weight { get; init; }
    public ushort? LeafWeight { get; init; }
}

public sealed record OciThrottleDevice
{
    public long Major { get; init; }
    public long Minor { get; init; }
    public ulong Rate { get; init; }
}

public sealed record OciHugepageLimit
{
    public required string PageSize { get; init; }
    public ulong Limit { get; init; }
}

public sealed record OciNetworkClass
{
    public uint? ClassID { get; init; }
    public IReadOnlyList<OciInterfacePriority>? Priorities { get; init; }
}

public sealed record OciInterfacePriority
{
    public required string Name { get; init; }
    public uint Priority { get; init; }
}

public sealed record OciRdma
{
    public uint? HcaHandles { get; init; }
    public uint? HcaObjects { get; init; }
}
