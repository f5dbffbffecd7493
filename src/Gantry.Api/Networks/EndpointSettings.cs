using System.Text.Json.Serialization;

namespace Gantry.Api.Networks;

/// <summary>A container's place in one network: what was asked for, and what it got.</summary>
public sealed class EndpointSettings
{
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public EndpointIPAMConfig? IPAMConfig { get; set; }
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public List<string>? Links { get; set; }
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public List<string>? Aliases { get; set; }
    public string MacAddress { get; set => field = value ?? ""; } = "";
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public Dictionary<string, string>? DriverOpts { get; set; }
    /// <summary>The endpoint with the highest gives the default gateway.</summary>
    public int GwPriority { get; set; }
    public string NetworkID { get; set => field = value ?? ""; } = "";
    public string EndpointID { get; set => field = value ?? ""; } = "";
    public string Gateway { get; set => field = value ?? ""; } = "";
    public string IPAddress { get; set => field = value ?? ""; } = "";
    public int IPPrefixLen { get; set; }
    public string IPv6Gateway { get; set => field = value ?? ""; } = "";
    public string GlobalIPv6Address { get; set => field = value ?? ""; } = "";
    public int GlobalIPv6PrefixLen { get; set; }
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public List<string>? DNSNames { get; set; }
}

public sealed class EndpointIPAMConfig
{
    public string? IPv4Address { get; set; }
    public string? IPv6Address { get; set; }
    public List<string>? LinkLocalIPs { get; set; }
}
