using System.Text.Json.Serialization;

namespace Gantry.Api.Networks;

/// <summary>Body of <c>POST /networks/create</c>.</summary>
public sealed class NetworkCreateRequest
{
    /// <summary>Only from clients before API 1.44; a name in use is always refused.</summary>
    public bool? CheckDuplicate { get; set; }
    public string Driver { get; set => field = value ?? ""; } = "";
    public string Scope { get; set => field = value ?? ""; } = "";
    /// <summary>Null is true.</summary>
    public bool? EnableIPv4 { get; set; }
    public bool? EnableIPv6 { get; set; }
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public NetworkIPAM? IPAM { get; set; }
    public bool Internal { get; set; }
    public bool Attachable { get; set; }
    public bool Ingress { get; set; }
    public bool ConfigOnly { get; set; }
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public ConfigReference? ConfigFrom { get; set; }
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public Dictionary<string, string>? Options { get; set; }
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public Dictionary<string, string>? Labels { get; set; }
    public string Name { get; set => field = value ?? ""; } = "";
}

public sealed class NetworkCreateResponse
{
    public string Id { get; set => field = value ?? ""; } = "";
    public string Warning { get; set => field = value ?? ""; } = "";
}

public sealed class NetworkConnectRequest
{
    public string Container { get; set => field = value ?? ""; } = "";
    public EndpointSettings? EndpointConfig { get; set; }
}

public sealed class NetworkDisconnectRequest
{
    public string Container { get; set => field = value ?? ""; } = "";
    public bool Force { get; set; }
}

public sealed class NetworksPruneResponse
{
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public List<string>? NetworksDeleted { get; set; }
}
