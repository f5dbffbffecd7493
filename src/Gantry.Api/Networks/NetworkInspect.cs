using System.Text.Json.Serialization;
using Gantry.Api.Json;

namespace Gantry.Api.Networks;

/// <summary>A network: one entry of <c>GET /networks</c> (where <see cref="Containers"/> stays empty) and the answer of
/// <c>GET /networks/{id}</c>.</summary>
public sealed class NetworkInspect
{
    public string Name { get; set => field = value ?? ""; } = "";
    public string Id { get; set => field = value ?? ""; } = "";
    public string Created { get; set => field = value ?? ""; } = "";
    /// <summary><c>local</c>, <c>global</c> or <c>swarm</c>.</summary>
    public string Scope { get; set => field = value ?? ""; } = "";
    public string Driver { get; set => field = value ?? ""; } = "";
    public bool EnableIPv4 { get; set; }
    public bool EnableIPv6 { get; set; }
    public NetworkIPAM IPAM { get; set => field = value ?? new(); } = new();
    public bool Internal { get; set; }
    public bool Attachable { get; set; }
    public bool Ingress { get; set; }
    public ConfigReference ConfigFrom { get; set => field = value ?? new(); } = new();
    public bool ConfigOnly { get; set; }
    /// <summary>Keyed by the container's ID.</summary>
    public Dictionary<string, NetworkContainer> Containers { get; set => field = value ?? []; } = [];
    public Dictionary<string, string> Options { get; set => field = value ?? []; } = [];
    public Dictionary<string, string> Labels { get; set => field = value ?? []; } = [];
    public List<PeerInfo>? Peers { get; set; }
}

public sealed class ConfigReference
{
    public string Network { get; set => field = value ?? ""; } = "";
}

public sealed class NetworkIPAM
{
    public string Driver { get; set => field = value ?? ""; } = "";
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public Dictionary<string, string>? Options { get; set; }
    public List<IPAMConfig> Config { get; set => field = NoNulls.In(value) ?? []; } = [];
}

public sealed class IPAMConfig
{
    public string? Subnet { get; set; }
    public string? IPRange { get; set; }
    public string? Gateway { get; set; }
    public Dictionary<string, string>? AuxiliaryAddresses { get; set; }
}

public sealed class NetworkContainer
{
    public string Name { get; set => field = value ?? ""; } = "";
    public string EndpointID { get; set => field = value ?? ""; } = "";
    public string MacAddress { get; set => field = value ?? ""; } = "";
    /// <summary>With its prefix length.</summary>
    public string IPv4Address { get; set => field = value ?? ""; } = "";
    public string IPv6Address { get; set => field = value ?? ""; } = "";
}

public sealed class PeerInfo
{
    public string Name { get; set => field = value ?? ""; } = "";
    public string IP { get; set => field = value ?? ""; } = "";
}
