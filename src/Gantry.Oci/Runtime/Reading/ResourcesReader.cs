using System.Text.Json;

namespace Gantry.Oci.Runtime.Reading;

/// <summary>Reads limits, as in a spec or for <c>update --resources</c>.</summary>
public static class ResourcesReader
{
    /// <exception cref="JsonException">Not JSON, or a member of the wrong type.</exception>
    public static OciResources Read(ReadOnlyMemory<byte> json) => Resources(SpecReader.Parse(json));

    /// <summary>From an element of a larger document.</summary>
    public static OciResources Resources(JsonElement e) => new()
    {
        Devices = e.Objects("devices", static d => new OciDeviceRule
        {
            Allow = d.Flag("allow") ?? false,
            Type = d.Text("type"),
            Major = d.Signed("major"),
            Minor = d.Signed("minor"),
            Access = d.Text("access"),
        }),
        Memory = e.Object("memory", Memory),
        Cpu = e.Object("cpu", Cpu),
        Pids = e.Object("pids", static p => new OciPids { Limit = p.Signed("limit") ?? 0 }),
        BlockIO = e.Object("blockIO", BlockIO),
        HugepageLimits = e.Objects("hugepageLimits",
            static h => new OciHugepageLimit { PageSize = h.RequiredText("pageSize"), Limit = h.Unsigned("limit") ?? 0 }),
        Network = e.Object("network", static n => new OciNetworkClass
        {
            ClassID = n.UInt("classID"),
            Priorities = n.Objects("priorities",
                static p => new OciInterfacePriority { Name = p.RequiredText("name"), Priority = p.UInt("priority") ?? 0 }),
        }),
        Rdma = e.ObjectMap("rdma", static r => new OciRdma { HcaHandles = r.UInt("hcaHandles"), HcaObjects = r.UInt("hcaObjects") }),
        Unified = e.TextMap("unified"),
    };

    private static OciMemory Memory(JsonElement e) => new()
    {
        Limit = e.Signed("limit"),
        Reservation = e.Signed("reservation"),
        Swap = e.Signed("swap"),
        Kernel = e.Signed("kernel"),
        KernelTCP = e.Signed("kernelTCP"),
        Swappiness = e.Unsigned("swappiness"),
        DisableOOMKiller = e.Flag("disableOOMKiller"),
        UseHierarchy = e.Flag("useHierarchy"),
        CheckBeforeUpdate = e.Flag("checkBeforeUpdate"),
    };

    private static OciCpu Cpu(JsonElement e) => new()
    {
        Shares = e.Unsigned("shares"),
        Quota = e.Signed("quota"),
        Burst = e.Unsigned("burst"),
        Period = e.Unsigned("period"),
        RealtimeRuntime = e.Signed("realtimeRuntime"),
        RealtimePeriod = e.Unsigned("realtimePeriod"),
        Cpus = e.Text("cpus"),
        Mems = e.Text("mems"),
        Idle = e.Signed("idle"),
    };

    private static OciBlockIO BlockIO(JsonElement e) => new()
    {
        Weight = e.UShort("weight"),
        LeafWeight = e.UShort("leafWeight"),
        WeightDevice = e.Objects("weightDevice", static d => new OciWeightDevice
        {
            Major = d.Signed("major") ?? 0,
            Minor = d.Signed("minor") ?? 0,
            Weight = d.UShort("weight"),
            LeafWeight = d.UShort("leafWeight"),
        }),
        ThrottleReadBpsDevice = e.Objects("throttleReadBpsDevice", Throttle),
        ThrottleWriteBpsDevice = e.Objects("throttleWriteBpsDevice", Throttle),
        ThrottleReadIOPSDevice = e.Objects("throttleReadIOPSDevice", Throttle),
        ThrottleWriteIOPSDevice = e.Objects("throttleWriteIOPSDevice", Throttle),
    };

    private static OciThrottleDevice Throttle(JsonElement e) =>
        new() { Major = e.Signed("major") ?? 0, Minor = e.Signed("minor") ?? 0, Rate = e.Unsigned("rate") ?? 0 };
}
