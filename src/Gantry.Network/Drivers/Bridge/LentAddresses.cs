using System.Net;
using Gantry.Linux;
using Gantry.Linux.Netlink;
using Gantry.Network.Networks;

namespace Gantry.Network.Drivers.Bridge;

/// <summary>Addresses on a bridge that is somebody else's, which it has for as long as a network of ours uses it.</summary>
internal static class LentAddresses
{
    /// <summary>Asked before they are added, and kept in the record: afterwards nothing tells them from the maker's own.</summary>
    /// <returns>Null for none, as where the bridge will be ours.</returns>
    public static IReadOnlyList<IPAddress>? Of(NetlinkSocket host, NetworkRecord network, string table)
    {
        if (host.FindLink(network.Bridge!) is not { } link || BridgeSetup.IsMade(link, network, table)) return null;
        List<LinkAddress> present = On(host, link);
        IPAddress[] lent = [.. network.Pools.Where(pool => pool.Gateway is { } gateway
            && !present.Contains(new LinkAddress(link.Index, gateway, pool.Subnet.PrefixLength))).Select(pool => pool.Gateway!)];
        return lent.Length > 0 ? lent : null;
    }

    public static void TakeBack(NetlinkSocket host, Link link, NetworkRecord network)
    {
        foreach (AddressPool pool in network.Pools)
        {
            if (pool.Gateway is not { } gateway || network.LentAddresses?.Contains(gateway) != true) continue;
            LinkAddress lent = new(link.Index, gateway, pool.Subnet.PrefixLength);
            List<LinkAddress> others = On(host, link);
            if (!others.Remove(lent)) continue;
            host.Execute(new NetlinkBatch().RemoveAddress(link.Index, gateway, lent.PrefixLength), Errno.EADDRNOTAVAIL, Errno.ENODEV);
            // With the first address of a subnet the kernel takes those that came after it.
            NetlinkBatch again = new();
            foreach (LinkAddress other in others.Except(On(host, link))) again.AddAddress(link.Index, other.Address, other.PrefixLength);
            if (!again.IsEmpty) host.Execute(again, Errno.EEXIST, Errno.ENODEV);
        }
    }

    private static List<LinkAddress> On(NetlinkSocket host, Link link) =>
        [.. host.Addresses().Where(address => address.Index == link.Index)];
}
