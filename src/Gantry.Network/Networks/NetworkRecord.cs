using System.Net;
using Gantry.Network.Ipam;

namespace Gantry.Network.Networks;

/// <summary>A network as kept on disk (<c>networks/&lt;id&gt;.json</c>). Endpoints and used addresses are not in it:
/// they are derived.</summary>
public sealed record NetworkRecord
{
    public required string Id { get; init; }
    public required string Name { get; init; }
    public DateTimeOffset Created { get; init; }
    /// <summary><c>bridge</c>, <c>host</c> or <c>null</c> (the network <c>none</c>).</summary>
    public required string Driver { get; init; }
    public string Scope { get; init; } = "local";
    public bool EnableIPv4 { get; init; } = true;
    public bool EnableIPv6 { get; init; }
    /// <summary>No way to the outside: no masquerade, no default route, no published ports.</summary>
    public bool Internal { get; init; }
    public bool Attachable { get; init; }
    public string IpamDriver { get; init; } = "default";
    public IReadOnlyDictionary<string, string>? IpamOptions { get; init; }
    public IReadOnlyList<AddressPool> Pools { get; init; } = [];
    public IReadOnlyDictionary<string, string> Options { get; init; } = new Dictionary<string, string>();
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();
    /// <summary>The bridge driver's own: its interface on the host.</summary>
    public string? Bridge { get; init; }
    /// <summary>The bridge driver's own: of the gateways those that a bridge of somebody else had not before, and shall not have
    /// afterwards; null for a bridge that was to be ours.</summary>
    public IReadOnlyList<IPAddress>? LentAddresses { get; init; }
    /// <summary>The bridge driver's own: settings below <c>/proc/sys</c> of a bridge of somebody else's, as they were before.</summary>
    public IReadOnlyDictionary<string, string>? ForeignSettings { get; init; }
    /// <summary>The three networks that always exist cannot be removed.</summary>
    public bool Predefined => Name is "bridge" or "host" or "none";
}

/// <summary>A subnet of a network and what is reserved in it.</summary>
public sealed record AddressPool
{
    public required Subnet Subnet { get; init; }
    /// <summary>Where the way out begins; taken, whoever has it. Null: nobody's.</summary>
    public IPAddress? Gateway { get; init; }
    /// <summary>Part of the subnet from which addresses are handed out; null for all of it.</summary>
    public Subnet? Range { get; init; }
    /// <summary>Addresses in use by somebody else, by name.</summary>
    public IReadOnlyDictionary<string, IPAddress>? Reserved { get; init; }
}
