using System.Net;
using Gantry.Network.Ipam;

namespace Gantry.Network.Networks;

/// <summary>What the daemon's configuration says about networking.</summary>
public sealed record NetworkOptions
{
    /// <summary>One JSON file per network: <c>&lt;data-root&gt;/networks</c>.</summary>
    public required string Directory { get; init; }
    /// <summary>Where the records are once more until the next boot, <c>&lt;exec-root&gt;/networks</c>; null for nowhere.</summary>
    public string? CopyDirectory { get; init; }
    /// <summary>Whose networks they are, so that another one's copies are not taken for theirs; empty where that does not matter.</summary>
    public string Owner { get; init; } = "";
    /// <summary>Where a change is kept that the disk does not take; null: it fails.</summary>
    public PendingSaves? Saves { get; init; }
    /// <summary>The default network's bridge; made when it does not exist, taken over when it does.</summary>
    public string Bridge { get; init; } = "gantry0";
    /// <summary>Address and prefix of the default bridge, <c>172.17.0.1/16</c>; null chooses the first free default pool.</summary>
    public InterfaceAddress? BridgeAddress { get; init; }
    /// <summary>The nftables table (family <c>inet</c>) that is ours alone. Two daemons on one host need two names.</summary>
    public string Table { get; init; } = "gantry";
    /// <summary>Where a port is published when the request names no address.</summary>
    public IPAddress DefaultBindAddress { get; init; } = IPAddress.Any;
    /// <summary>Containers of the default network may talk to each other.</summary>
    public bool InterContainer { get; init; } = true;
    /// <summary>Turn on the host's IPv4 forwarding when it is off.</summary>
    public bool Forwarding { get; init; } = true;
    /// <summary>Let others' packets pass too where forwarding was turned on by us.</summary>
    public bool ForwardNoDrop { get; init; }
    /// <summary>Hide container addresses behind the host's when they talk to the outside.</summary>
    public bool Masquerade { get; init; } = true;
    public int Mtu { get; init; } = 1500;
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
