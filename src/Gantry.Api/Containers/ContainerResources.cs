using System.Text.Json.Serialization;
using Gantry.Api.Json;

namespace Gantry.Api.Containers;

/// <summary>The limits of a container: part of <see cref="HostConfig"/>, and what <see cref="ContainerUpdateRequest"/> can change. 0, empty
/// and null are unlimited.</summary>
public abstract class ContainerResources
{
    /// <summary>Relative weight, 2 to 262144.</summary>
    public long CpuShares { get; set; }
    /// <summary>Bytes.</summary>
    public long Memory { get; set; }
    /// <summary>Billionths of a processor.</summary>
    public long NanoCpus { get; set; }
    public string CgroupParent { get; set => field = value ?? ""; } = "";
    public int BlkioWeight { get; set; }
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public List<WeightDevice>? BlkioWeightDevice { get; set => field = NoNulls.In(value); }
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public List<ThrottleDevice>? BlkioDeviceReadBps { get; set => field = NoNulls.In(value); }
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public List<ThrottleDevice>? BlkioDeviceWriteBps { get; set => field = NoNulls.In(value); }
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public List<ThrottleDevice>? BlkioDeviceReadIOps { get; set => field = NoNulls.In(value); }
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public List<ThrottleDevice>? BlkioDeviceWriteIOps { get; set => field = NoNulls.In(value); }
    /// <summary>Microseconds.</summary>
    public long CpuPeriod { get; set; }
    /// <summary>Microseconds in each period.</summary>
    public long CpuQuota { get; set; }
    public long CpuRealtimePeriod { get; set; }
    public long CpuRealtimeRuntime { get; set; }
    public string CpusetCpus { get; set => field = value ?? ""; } = "";
    public string CpusetMems { get; set => field = value ?? ""; } = "";
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public List<DeviceMapping>? Devices { get; set => field = NoNulls.In(value); }
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public List<string>? DeviceCgroupRules { get; set; }
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public List<DeviceRequest>? DeviceRequests { get; set => field = NoNulls.In(value); }
    /// <summary>Accepted from old clients; the kernel no longer has it.</summary>
    public long? KernelMemory { get; set; }
    public long? KernelMemoryTCP { get; set; }
    /// <summary>Bytes.</summary>
    public long MemoryReservation { get; set; }
    /// <summary>Bytes of memory and swap together; -1 is unlimited, 0 is twice the memory.</summary>
    public long MemorySwap { get; set; }
    /// <summary>0 to 100; null and -1 inherit.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public long? MemorySwappiness { get; set; }
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public bool? OomKillDisable { get; set; }
    /// <summary>Null, 0 and -1 are unlimited.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public long? PidsLimit { get; set; }
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public List<Ulimit>? Ulimits { get; set => field = NoNulls.In(value); }
    public long CpuCount { get; set; }
    public long CpuPercent { get; set; }
    public long IOMaximumIOps { get; set; }
    public long IOMaximumBandwidth { get; set; }
}

public sealed class WeightDevice
{
    public string Path { get; set => field = value ?? ""; } = "";
    public int Weight { get; set; }
}

public sealed class ThrottleDevice
{
    public string Path { get; set => field = value ?? ""; } = "";
    /// <summary>Bytes or operations a second.</summary>
    public long Rate { get; set; }
}

public sealed class DeviceMapping
{
    public string PathOnHost { get; set => field = value ?? ""; } = "";
    public string PathInContainer { get; set => field = value ?? ""; } = "";
    /// <summary>Some of <c>rwm</c>; empty is all.</summary>
    public string CgroupPermissions { get; set => field = value ?? ""; } = "";
}

public sealed class DeviceRequest
{
    public string Driver { get; set => field = value ?? ""; } = "";
    public int Count { get; set; }
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public List<string>? DeviceIDs { get; set; }
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public List<List<string>>? Capabilities { get; set; }
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public Dictionary<string, string>? Options { get; set; }
}

/// <summary>-1 is unlimited.</summary>
public sealed class Ulimit
{
    public string Name { get; set => field = value ?? ""; } = "";
    public long Hard { get; set; }
    public long Soft { get; set; }
}
