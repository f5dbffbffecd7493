using System.Net;
using System.Text.Json.Serialization;
using Gantry.Network.Ipam;
using Gantry.Network.Ports;

namespace Gantry.Network.Endpoints;

/// <summary>A container's place in a network. The container's own record keeps it; after a daemon restart it is handed back to
/// the controller.</summary>
public sealed record Endpoint
{
    public required string Id { get; init; }
    public required string ContainerId { get; init; }
    public string ContainerName { get; init; } = "";
    public required string NetworkId { get; init; }
    public required string NetworkName { get; init; }
    /// <summary>IPv4; null where the network hands out none.</summary>
    [JsonConverter(typeof(AddressConverter)), JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public IPAddress? Address { get; init; }
    public int PrefixLength { get; init; }
    [JsonConverter(typeof(AddressConverter)), JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public IPAddress? Gateway { get; init; }
    [JsonConverter(typeof(AddressConverter)), JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public IPAddress? Address6 { get; init; }
    public int PrefixLength6 { get; init; }
    [JsonConverter(typeof(AddressConverter)), JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public IPAddress? Gateway6 { get; init; }
    /// <summary>Besides, of either kind, which are of use on the link alone. Can be set, for records of before have none.</summary>
    public IReadOnlyList<IPAddress> LinkLocal { get; set; } = [];
    /// <summary><c>02:42:ac:11:00:02</c>; empty where there is no interface, or none with an address of its own.</summary>
    public string MacAddress { get; init; } = "";
    public IReadOnlyList<string> Aliases { get; init; } = [];
    /// <summary>Name of what the driver makes for it on the host, by which it finds that again; null for nothing.</summary>
    public string? HostInterface { get; init; }
    /// <summary>Name of the interface in the container.</summary>
    public string Interface { get; init; } = "eth0";
    /// <summary>Set when its ports are published, emptied when they are withdrawn.</summary>
    public IReadOnlyList<PublishedPort> Ports { get; set; } = [];
}

/// <summary>What a container asks of a network.</summary>
public sealed record EndpointRequest
{
    public IPAddress? Address { get; init; }
    public IPAddress? Address6 { get; init; }
    public IReadOnlyList<IPAddress> LinkLocal { get; init; } = [];
    public string? MacAddress { get; init; }
    public IReadOnlyList<string> Aliases { get; init; } = [];
    /// <summary>Without the leading slash; error texts and the network's list of containers show it.</summary>
    public string ContainerName { get; init; } = "";
    /// <summary>Which of the container's interfaces this is: 0 is <c>eth0</c>, and has the default route.</summary>
    public int Index { get; init; }
}
