using System.Net;
using System.Text.Json.Serialization;
using Gantry.Network.Ipam;

namespace Gantry.Network.Ports;

/// <summary>A port of a container to be reachable at the host.</summary>
public sealed record PortRequest
{
    public required ushort ContainerPort { get; init; }
    /// <summary><c>tcp</c>, <c>udp</c> or <c>sctp</c>.</summary>
    public string Protocol { get; init; } = "tcp";
    /// <summary>Null takes the network's own or the daemon's default bind address.</summary>
    public IPAddress? HostAddress { get; init; }
    /// <summary>0: any free port of the host's ephemeral range.</summary>
    public ushort HostPort { get; init; }
    /// <summary>Last port of a range of which one free port is taken; 0 when <see cref="HostPort"/> alone will do.</summary>
    public ushort HostPortEnd { get; init; }
}

/// <summary>A port as published.</summary>
public sealed record PublishedPort
{
    public required ushort ContainerPort { get; init; }
    public required string Protocol { get; init; }
    [JsonConverter(typeof(AddressConverter))]
    public required IPAddress HostAddress { get; init; }
    public required ushort HostPort { get; init; }
}
