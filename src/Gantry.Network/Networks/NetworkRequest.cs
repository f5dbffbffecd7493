using System.Net;
using Gantry.Network.Ipam;

namespace Gantry.Network.Networks;

/// <summary>A network to be made.</summary>
public sealed record NetworkRequest
{
    public required string Name { get; init; }
    public string Driver { get; init; } = "bridge";
    public bool EnableIPv6 { get; init; }
    public bool Internal { get; init; }
    public bool Attachable { get; init; }
    public string IpamDriver { get; init; } = "default";
    public IReadOnlyDictionary<string, string>? IpamOptions { get; init; }
    /// <summary>Empty: the first free default pool.</summary>
    public IReadOnlyList<PoolRequest> Pools { get; init; } = [];
    public IReadOnlyDictionary<string, string> Options { get; init; } = new Dictionary<string, string>();
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();
}

/// <summary>A subnet as asked for; what is null is chosen.</summary>
public sealed record PoolRequest
{
    public Subnet? Subnet { get; init; }
    public Subnet? Range { get; init; }
    public IPAddress? Gateway { get; init; }
    public IReadOnlyDictionary<string, IPAddress>? Reserved { get; init; }
}
