using System.Net;
using Gantry.Linux;
using Gantry.Linux.Netlink;
using Gantry.Linux.Nftables;

namespace Gantry.Network;

/// <summary>Our own nftables table; never anybody else's.</summary>
internal sealed class Firewall(string table) : IDisposable
{
    private readonly NetlinkSocket socket = NetlinkSocket.Open(NetlinkSocket.Netfilter);
    private readonly Lock gate = new();

    /// <summary>Brings the table to the shape for these networks, without ports. Established connections go on.</summary>
    /// <returns>A warning, when the administrator's chain could not be kept.</returns>
    public string? Rebuild(IReadOnlyCollection<ActiveNetwork> networks)
    {
        string script = FirewallScript.Table(table, networks);
        try
        {
            NftScript.Run(script);
            return null;
        }
        catch (GantryException e) when (e.Kind == ErrorKind.Internal)
        {
            NftScript.Run(FirewallScript.Remove(table) + script);
            return $"nftables table inet {table} had another shape and was made anew, without the rules of its chain user: {e.Message}";
        }
    }

    public void AddNetwork(ActiveNetwork network) => NftScript.Run(FirewallScript.Network("add", table, network));

    public void RemoveNetwork(ActiveNetwork network) => NftScript.Run(FirewallScript.Network("delete", table, network));

    /// <summary>All ports of all these endpoints, in one transaction.</summary>
    public void AddPorts(IEnumerable<(Endpoint Endpoint, PublishedPort Port)> ports)
    {
        NftElements elements = new(table);
        foreach ((Endpoint endpoint, PublishedPort port) in ports) FirewallElements.Add(elements, endpoint, port);
        lock (gate) elements.Commit(socket);
    }

    /// <summary>
    /// A client that has been sending UDP all along, to nobody or to an earlier container, is led to where the port leads now:
    /// its flow was decided by its first packet.
    /// </summary>
    public void ForgetFlows(IReadOnlyList<PublishedPort> ports)
    {
        List<PublishedPort> udp = [.. ports.Where(port => port.Protocol == "udp")];
        if (udp.Count == 0) return;
        lock (gate) socket.ForgetUdp(flow => udp.Exists(port => port.HostPort == flow.Port && Covers(IPAddress.Parse(port.HostAddress), flow.Destination)));
    }

    private static bool Covers(IPAddress host, IPAddress destination) =>
        host.Equals(destination) || (host.AddressFamily == destination.AddressFamily && (host.Equals(IPAddress.Any) || host.Equals(IPAddress.IPv6Any)));

    /// <summary>Also when some, or the whole table, are gone.</summary>
    public void RemovePorts(IReadOnlyList<PublishedPort> ports)
    {
        if (ports.Count == 0 || TryRemove(ports) || ports.Count == 1) return;
        foreach (PublishedPort port in ports) TryRemove([port]);
    }

    private bool TryRemove(IReadOnlyList<PublishedPort> ports)
    {
        NftElements elements = new(table);
        foreach (PublishedPort port in ports) FirewallElements.Remove(elements, port);
        try
        {
            lock (gate) elements.Commit(socket);
            return true;
        }
        catch (KernelException e) when (e.Errno == Errno.ENOENT)
        {
            return false;
        }
    }

    public void Dispose() => socket.Dispose();
}
