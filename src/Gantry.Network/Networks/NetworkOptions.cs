using System.Net;
using System.Net.Sockets;
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
    /// <summary>The part of the default network's subnet from which containers get addresses; its whole subnet where the bridge has no
    /// address of its own yet. Null for all.</summary>
    public Subnet? FixedRange { get; init; }
    /// <summary>The default network has IPv6.</summary>
    public bool IPv6 { get; init; }
    /// <summary>Its IPv6 subnet; null for one of the pools, or by chance.</summary>
    public Subnet? FixedRange6 { get; init; }
    /// <summary>What networks that name no subnet get theirs of.</summary>
    public IReadOnlyList<SubnetPool> Pools { get; init; } = DefaultPools.Usual;
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

    /// <summary>What can be said without a look at the host.</summary>
    /// <exception cref="GantryException">InvalidArgument: no network can be so.</exception>
    public void Check()
    {
        foreach (SubnetPool pool in Pools)
        {
            pool.Check();
            PoolRules.CheckPossible(pool.Base);
        }
        if (BridgeAddress is { } bridge && bridge.Address.AddressFamily != AddressFamily.InterNetwork)
            throw GantryException.Invalid($"the default bridge needs an IPv4 address, not {bridge}");
        if (FixedRange is { Family: not AddressFamily.InterNetwork })
            throw GantryException.Invalid($"fixed-cidr needs an IPv4 subnet, not {FixedRange}");
        if (FixedRange6 is { Family: not AddressFamily.InterNetworkV6 })
            throw GantryException.Invalid($"fixed-cidr-v6 needs an IPv6 subnet, not {FixedRange6}");
        if (BridgeAddress is { } address) PoolRules.Check(DefaultPool(address), []);
        else if (FixedRange is { } range) PoolRules.Check(DefaultPool(new InterfaceAddress(range.At(1), range.PrefixLength)), []);
        if (FixedRange6 is { } six) PoolRules.Check(new AddressPool { Subnet = six, Gateway = six.At(1) }, []);
        int smallest = IPv6 ? NetworkKeys.SmallestMtu6 : NetworkKeys.SmallestMtu;
        if (Mtu < smallest || Mtu > NetworkKeys.LargestMtu)
            throw GantryException.Invalid($"invalid MTU number: {Mtu}: {smallest} to {NetworkKeys.LargestMtu} are possible"
                + (IPv6 ? " with IPv6" : ""));
    }

    /// <summary>What the default network has where its bridge has this address.</summary>
    internal AddressPool DefaultPool(InterfaceAddress bridge) => new()
    {
        Subnet = bridge.Subnet, Gateway = bridge.Address, Range = FixedRange == bridge.Subnet ? null : FixedRange,
    };
}
