using System.Globalization;
using System.Net.Sockets;
using Gantry.Linux.Netlink;
using Gantry.Network.Ipam;
using Gantry.Network.Networks;

namespace Gantry.Network.Drivers.Bridge;

/// <summary>The network <c>bridge</c>, which is as the daemon's configuration says, at each start anew.</summary>
internal sealed class DefaultBridge(NetlinkSocket host, NetworkOptions options)
{
    public NetworkRecord Record(NetworkRecord? present, Func<IEnumerable<Subnet>> taken)
    {
        BridgeNames.Check(options.Bridge);
        InterfaceAddress wanted = options.BridgeAddress ?? Kept(present) ?? Choose(taken);
        AddressPool pool = options.DefaultPool(wanted);
        // Its address may be one that somebody else has given it.
        if (pool.Range is not null) PoolRules.Check(pool, []);
        return new NetworkRecord
        {
            Id = present?.Id ?? RandomId.New(),
            Name = "bridge",
            Driver = "bridge",
            Created = present?.Created ?? options.Time.GetUtcNow(),
            Bridge = options.Bridge,
            EnableIPv6 = options.IPv6,
            Pools = options.IPv6 ? [pool, Pool6(present, taken)] : [pool],
            Options = new Dictionary<string, string>
            {
                [NetworkKeys.DefaultBridge] = "true",
                [NetworkKeys.InterContainer] = options.InterContainer ? "true" : "false",
                [NetworkKeys.Masquerade] = options.Masquerade ? "true" : "false",
                [NetworkKeys.BindAddress] = options.DefaultBindAddress.ToString(),
                [NetworkKeys.BridgeName] = options.Bridge,
                [NetworkKeys.Mtu] = options.Mtu.ToString(CultureInfo.InvariantCulture),
            },
        };
    }

    private AddressPool Pool6(NetworkRecord? present, Func<IEnumerable<Subnet>> taken)
    {
        Subnet subnet = options.FixedRange6
            ?? present?.Pools.Select(pool => (Subnet?)pool.Subnet).FirstOrDefault(kept => kept?.Family == AddressFamily.InterNetworkV6)
            ?? DefaultPools.FirstFree6(options.Pools, taken());
        return new AddressPool { Subnet = subnet, Gateway = subnet.At(1) };
    }

    private InterfaceAddress? Kept(NetworkRecord? present) =>
        present?.Bridge == options.Bridge && present.Pools is [{ Gateway: { } gateway, Subnet: var subnet }, ..]
            && (options.FixedRange is not { } range || subnet.Contains(range)) ? new InterfaceAddress(gateway, subnet.PrefixLength) : null;

    /// <summary>A bridge that is there and not ours keeps its address; another one gets one of the range that containers shall have, or the
    /// first default pool that nothing on this host uses.</summary>
    private InterfaceAddress Choose(Func<IEnumerable<Subnet>> taken)
    {
        if (host.FindLink(options.Bridge) is { } link && (options.FixedRange is null || !BridgeSetup.IsOurs(link, options.Table))
            && host.Addresses()
            .Find(address => address.Index == link.Index && address.Address.AddressFamily == AddressFamily.InterNetwork) is { } present)
        {
            return new InterfaceAddress(present.Address, present.PrefixLength);
        }
        Subnet pool = options.FixedRange ?? DefaultPools.FirstFree(options.Pools, taken());
        return new InterfaceAddress(pool.At(1), pool.PrefixLength);
    }
}
