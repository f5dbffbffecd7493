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
        if (wanted.Address.AddressFamily != AddressFamily.InterNetwork)
            throw GantryException.Invalid($"the default bridge needs an IPv4 address, not {wanted}");
        return new NetworkRecord
        {
            Id = present?.Id ?? RandomId.New(),
            Name = "bridge",
            Driver = "bridge",
            Created = present?.Created ?? options.Time.GetUtcNow(),
            Bridge = options.Bridge,
            Pools = [new AddressPool { Subnet = wanted.Subnet, Gateway = wanted.Address }],
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

    private InterfaceAddress? Kept(NetworkRecord? present) =>
        present?.Bridge == options.Bridge && present.Pools is [{ Gateway: { } gateway, Subnet: var subnet }, ..]
            ? new InterfaceAddress(gateway, subnet.PrefixLength) : null;

    /// <summary>A bridge that is there keeps its address; a new one gets the first default pool that nothing on this host uses.</summary>
    private InterfaceAddress Choose(Func<IEnumerable<Subnet>> taken)
    {
        if (host.FindLink(options.Bridge) is { } link
            && host.Addresses()
            .Find(address => address.Index == link.Index && address.Address.AddressFamily == AddressFamily.InterNetwork) is { } present)
        {
            return new InterfaceAddress(present.Address, present.PrefixLength);
        }
        Subnet pool = DefaultPools.FirstFree(taken());
        return new InterfaceAddress(pool.At(1), pool.PrefixLength);
    }
}
