using System.Net.NetworkInformation;
using System.Net.Sockets;
using Gantry.Linux;
using Gantry.Linux.Netlink;
using Gantry.Network.Endpoints;
using Gantry.Network.Host;
using Gantry.Network.Networks;

namespace Gantry.Network.Drivers.Bridge;

/// <summary>Brings a network's bridge on the host to the wanted state, whatever state it is in.</summary>
internal static class BridgeSetup
{
    /// <returns>The bridge's interface index.</returns>
    /// <exception cref="GantryException">Conflict: an interface of this name is something else, or somebody else's; Unsupported:
    /// no bridges in this kernel.</exception>
    public static int Ensure(NetlinkSocket socket, ActiveNetwork network, NetworkOptions options, List<string> warnings)
    {
        string name = network.Record.Bridge!;
        Link link = socket.FindLink(name) ?? Create(socket, network.Record, options);
        if (link.Kind != "bridge")
            throw GantryException.Conflict(
                $"interface {name} exists and is not a bridge ({(link.Kind.Length > 0 ? link.Kind : "device")})");
        ForeignBridge.Require(link, network.Record, options.Table);
        NetlinkBatch batch = new();
        batch.SetUp(link.Index);
        SetAddresses(batch, socket, network, link, ours: IsMade(link, network.Record, options.Table));
        socket.Execute(batch, Errno.EEXIST);
        foreach ((string key, string value) in BridgeSettings.Of(name)) Sysctl.Ensure(key, value, warnings);
        return link.Index;
    }

    /// <summary>Deletes the network's bridge if we made it. One that was there before is its maker's, and gives back what it was
    /// lent.</summary>
    public static void Delete(NetlinkSocket socket, NetworkRecord network, string table)
    {
        if (socket.FindLink(network.Bridge!) is not { } link) return;
        if (IsMade(link, network, table)) socket.Execute(new NetlinkBatch().DeleteLinkNamed(link.Name), Errno.ENODEV);
        else ForeignBridge.TakeBack(socket, link, network);
    }

    /// <summary>The bridge itself says who made it: its alias begins with the name of the table that only one daemon has.</summary>
    public static bool IsOurs(Link link, string table) =>
        link.Kind == "bridge" && link.Alias.StartsWith(table + " ", StringComparison.Ordinal);

    /// <summary>Whether this bridge is the network's alone.</summary>
    public static bool IsMade(Link link, NetworkRecord network, string table) =>
        IsOurs(link, table) || link.Name == BridgeNames.Of(network.Id);

    private static Link Create(NetlinkSocket socket, NetworkRecord network, NetworkOptions options)
    {
        string name = network.Bridge!;
        try
        {
            socket.Execute(new NetlinkBatch().CreateBridge(name, MacOf(network), network.MtuOr(options.Mtu),
                $"{options.Table} {network.Name}"));
        }
        catch (KernelException e) when (e.Errno == Errno.EOPNOTSUPP)
        {
            throw new GantryException(ErrorKind.Unsupported, "not supported by this kernel: bridge interfaces (CONFIG_BRIDGE)", e);
        }
        return socket.FindLink(name) ?? throw GantryException.Internal($"bridge {name} vanished after it was made");
    }

    /// <summary>That of its address: one that is made anew is the one that its containers know.</summary>
    private static PhysicalAddress MacOf(NetworkRecord network) =>
        network.Pools.Select(pool => pool.Gateway).FirstOrDefault(gateway => gateway?.AddressFamily == AddressFamily.InterNetwork)
            is { } address ? MacAddresses.For(address) : MacAddresses.Random();

    /// <summary>The gateway's address is added. On a bridge that we made every other one goes, an earlier configuration's, which would
    /// draw packets here; one that was there before keeps what its maker gave it.</summary>
    private static void SetAddresses(NetlinkBatch batch, NetlinkSocket socket, ActiveNetwork network, Link link, bool ours)
    {
        if (network.Gateway4 is { } gateway && network.Subnet4 is { } subnet)
        {
            LinkAddress wanted = new(link.Index, gateway, subnet.PrefixLength);
            List<LinkAddress> present = [.. socket.Addresses().Where(address => address.Index == link.Index)];
            foreach (LinkAddress other in present.Where(address => ours && address.Address.AddressFamily == AddressFamily.InterNetwork
                && address != wanted))
            {
                batch.RemoveAddress(link.Index, other.Address, other.PrefixLength);
            }
            if (!present.Contains(wanted)) batch.AddAddress(link.Index, gateway, subnet.PrefixLength);
        }
        if (network.Gateway6 is not { } six || network.Subnet6 is not { } subnet6) return;
        batch.AddAddress(link.Index, six, subnet6.PrefixLength);
        if (!ours) return;
        LinkAddress wanted6 = new(link.Index, six, subnet6.PrefixLength);
        foreach (LinkAddress other in socket.Addresses().Where(other => other.Index == link.Index && other != wanted6
            && other.Address.AddressFamily == AddressFamily.InterNetworkV6 && !other.Address.IsIPv6LinkLocal))
        {
            batch.RemoveAddress(link.Index, other.Address, other.PrefixLength);
        }
    }
}
