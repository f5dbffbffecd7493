using System.Text.Json.Serialization;

namespace Gantry.Api.Networks;

/// <summary>A container's networks; the single-endpoint fields repeat the default bridge's, for old clients.</summary>
public sealed class NetworkSettings
{
    public string Bridge { get; set => field = value ?? ""; } = "";
    public string SandboxID { get; set => field = value ?? ""; } = "";
    public string SandboxKey { get; set => field = value ?? ""; } = "";
    /// <summary>Keys are <c>port/protocol</c>; null for one that is exposed and not published.</summary>
    public Dictionary<string, List<PortBinding>?> Ports { get; set => field = value ?? []; } = [];
    public bool HairpinMode { get; set; }
    public string LinkLocalIPv6Address { get; set => field = value ?? ""; } = "";
    public int LinkLocalIPv6PrefixLen { get; set; }
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public List<NetworkAddress>? SecondaryIPAddresses { get; set; }
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public List<NetworkAddress>? SecondaryIPv6Addresses { get; set; }
    public string EndpointID { get; set => field = value ?? ""; } = "";
    public string Gateway { get; set => field = value ?? ""; } = "";
    public string GlobalIPv6Address { get; set => field = value ?? ""; } = "";
    public int GlobalIPv6PrefixLen { get; set; }
    public string IPAddress { get; set => field = value ?? ""; } = "";
    public int IPPrefixLen { get; set; }
    public string IPv6Gateway { get; set => field = value ?? ""; } = "";
    public string MacAddress { get; set => field = value ?? ""; } = "";
    public Dictionary<string, EndpointSettings?> Networks { get; set => field = value ?? []; } = [];
}

public sealed class NetworkAddress
{
    public string Addr { get; set => field = value ?? ""; } = "";
    public int PrefixLen { get; set; }
}
