using System.Net;
using Gantry.Linux;
using Gantry.Linux.Netlink;
using Gantry.Network.Host;
using Gantry.Network.Networks;

namespace Gantry.Network.Drivers.Bridge;

/// <summary>A bridge that is somebody else's: what it has for as long as a network of ours uses it, addresses and settings, and has not
/// afterwards.</summary>
internal static class ForeignBridge
{
    /// <summary>Says what it will be lent. Asked before anything is changed, and kept in the record: afterwards nothing tells it from the
    /// maker's own.</summary>
    /// <returns>The record; as it was where the bridge will be ours.</returns>
    public static NetworkRecord Note(NetlinkSocket host, NetworkRecord network, string table)
    {
        if (host.FindLink(network.Bridge!) is not { } link || BridgeSetup.IsMade(link, network, table)) return network;
        List<LinkAddress> present = On(host, link.Index);
        return network with
        {
            LentAddresses = [.. network.Pools.Where(pool => pool.Gateway is { } gateway
                && !present.Contains(new LinkAddress(link.Index, gateway, pool.Subnet.PrefixLength))).Select(pool => pool.Gateway!)],
            ForeignSettings = BridgeSettings.Of(link.Name).Where(one => Sysctl.Read(one.Key) is { } before && before != one.Value)
                .ToDictionary(one => one.Key, one => Sysctl.Read(one.Key)!),
        };
    }

    /// <exception cref="GantryException">Conflict: the network's bridge was to be ours, and somebody else has made one of its name.
    /// </exception>
    public static void Require(Link link, NetworkRecord network, string table)
    {
        if (network.Predefined || network.LentAddresses is not null || BridgeSetup.IsMade(link, network, table)) return;
        throw GantryException.Conflict($"bridge {link.Name} is not the one that was made for network {network.Name}: "
            + "delete it, and it is made anew, or remove the network");
    }

    public static void TakeBack(NetlinkSocket host, Link link, NetworkRecord network)
    {
        foreach (AddressPool pool in network.Pools)
            if (pool.Gateway is { } gateway && network.LentAddresses?.Contains(gateway) == true)
                TakeBack(host, new LinkAddress(link.Index, gateway, pool.Subnet.PrefixLength));
        IReadOnlyDictionary<string, string> wanted = BridgeSettings.Of(link.Name);
        foreach ((string key, string before) in network.ForeignSettings ?? new Dictionary<string, string>())
            // What was changed again since is somebody else's choice.
            if (wanted.TryGetValue(key, out string? ours) && Sysctl.Is(key, ours)) Sysctl.Ensure(key, before, []);
    }

    private static void TakeBack(NetlinkSocket host, LinkAddress lent)
    {
        List<LinkAddress> others = On(host, lent.Index);
        if (!others.Remove(lent)) return;
        host.Execute(new NetlinkBatch().RemoveAddress(lent.Index, lent.Address, lent.PrefixLength), Errno.EADDRNOTAVAIL, Errno.ENODEV);
        // With the first address of a subnet the kernel takes those that came after it.
        NetlinkBatch again = new();
        foreach (LinkAddress other in others.Except(On(host, lent.Index)))
            again.AddAddress(lent.Index, other.Address, other.PrefixLength);
        if (!again.IsEmpty) host.Execute(again, Errno.EEXIST, Errno.ENODEV);
    }

    private static List<LinkAddress> On(NetlinkSocket host, int index) =>
        [.. host.Addresses().Where(address => address.Index == index)];
}
