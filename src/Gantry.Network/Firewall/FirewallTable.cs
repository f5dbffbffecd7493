using System.Net;
using Gantry.Linux;
using Gantry.Linux.Netlink;
using Gantry.Linux.Nftables;
using Gantry.Network.Endpoints;
using Gantry.Network.Networks;
using Gantry.Network.Ports;

namespace Gantry.Network.Firewall;

/// <summary>Our own nftables table; never anybody else's.</summary>
internal sealed class FirewallTable(string table) : IDisposable
{
    private readonly NetlinkSocket _socket = NetlinkSocket.Open(NetlinkSocket.Netfilter);
    /// <summary>The families that the table closes, for when somebody has removed it.</summary>
    private readonly HashSet<string> _closed = [];

    /// <summary>Brings the table to the shape for these networks, without ports. Established connections go on.</summary>
    /// <returns>A warning, when the administrator's chain could not be kept.</returns>
    public string? Rebuild(IReadOnlyCollection<ActiveNetwork> networks)
    {
        IsShaped = true;
        string script = FirewallScript.Table(table, networks);
        try
        {
            NftScript.Run(script);
            return null;
        }
        catch (GantryException e) when (e.Kind == ErrorKind.Internal)
        {
            string closed = string.Concat(ClosedFamilies().Select(family => FirewallScript.Close(table, family)));
            NftScript.Run(FirewallScript.Remove(table) + script + closed);
            return $"nftables table inet {table} had another shape and was made anew, without the rules of its chain user: {e.Message}";
        }
    }

    /// <summary>Whether the table has its shape: by <see cref="Rebuild"/> of this daemon.</summary>
    public bool IsShaped { get; private set; }

    /// <inheritdoc cref="FirewallScript.Close"/>
    public void Close(string family)
    {
        NftScript.Run(FirewallScript.Close(table, family));
        lock (_closed) _closed.Add(family);
    }

    /// <inheritdoc cref="FirewallScript.Open(string, string)"/>
    public void Open(string family)
    {
        NftScript.Run(FirewallScript.Open(table, family));
        lock (_closed) _closed.Remove(family);
    }

    /// <inheritdoc cref="FirewallScript.Open(string)"/>
    public void Open()
    {
        NftScript.Run(FirewallScript.Open(table));
        lock (_closed) _closed.Clear();
    }

    /// <summary>Remembers what an earlier daemon has closed.</summary>
    public void LearnClosed()
    {
        lock (_closed) _closed.UnionWith(ClosedFamilies());
    }

    /// <summary>Whether the table is there: an administrator's <c>nft flush ruleset</c> takes it.</summary>
    public bool IsThere => NftTable.IsThere(_socket, table);

    /// <summary>Makes the table anew, as it was but for the rules of the administrator's chain.</summary>
    /// <param name="ports">All that are published.</param>
    public void PutBack(IReadOnlyCollection<ActiveNetwork> networks, IEnumerable<(Endpoint Endpoint, PublishedPort Port)> ports)
    {
        string closed;
        lock (_closed) closed = string.Concat(_closed.Select(family => FirewallScript.Close(table, family)));
        // In one, so that nothing is let through meanwhile.
        NftScript.Run(FirewallScript.Table(table, networks) + closed);
        AddPorts(ports);
    }

    private IEnumerable<string> ClosedFamilies()
    {
        try
        {
            string listed = NftScript.Query($"list set inet {table} {FirewallScript.Closed}");
            return ((string[])["ipv4", "ipv6"]).Where(family => listed.Contains(family, StringComparison.Ordinal));
        }
        catch (GantryException e) when (e.Kind == ErrorKind.Internal)
        {
            return []; // An earlier version's table, which has no such set.
        }
    }

    public void AddNetwork(ActiveNetwork network) => NftScript.Run(FirewallScript.Network("add", table, network));

    /// <summary>Also when some, or the whole table, are gone.</summary>
    public void RemoveNetwork(ActiveNetwork network)
    {
        // Each is added first, for what is not there cannot be deleted; and a table that is not there has nothing to delete.
        string script = FirewallScript.Network("add", table, network) + FirewallScript.Network("delete", table, network);
        try
        {
            NftScript.Run(script);
        }
        catch (GantryException e) when (e.Kind == ErrorKind.Internal
            && !NftScript.Query("list tables").Split('\n').Contains($"table inet {table}"))
        {
            // An administrator's "nft flush ruleset" took it; the next container that comes makes it anew.
        }
    }

    /// <summary>All ports of all these endpoints, in one transaction.</summary>
    public void AddPorts(IEnumerable<(Endpoint Endpoint, PublishedPort Port)> ports)
    {
        NftElements elements = new(table);
        foreach ((Endpoint endpoint, PublishedPort port) in ports) FirewallElements.Add(elements, endpoint, port);
        elements.Commit(_socket);
    }

    /// <summary>
    /// A client that has been sending UDP all along, to nobody or to an earlier container, is led to where the port leads now:
    /// its flow was decided by its first packet.
    /// </summary>
    public void ForgetFlows(IReadOnlyList<PublishedPort> ports)
    {
        List<PublishedPort> udp = [.. ports.Where(port => port.Protocol == "udp")];
        if (udp.Count == 0) return;
        _socket.ForgetUdp(
            flow => udp.Exists(port => port.HostPort == flow.Port && Covers(port.HostAddress, flow.Destination)));
    }

    private static bool Covers(IPAddress host, IPAddress destination) =>
        host.Equals(destination)
            || (host.AddressFamily == destination.AddressFamily && (host.Equals(IPAddress.Any) || host.Equals(IPAddress.IPv6Any)));

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
            elements.Commit(_socket);
            return true;
        }
        catch (KernelException e) when (e.Errno == Errno.ENOENT)
        {
            return false;
        }
    }

    public void Dispose() => _socket.Dispose();
}
