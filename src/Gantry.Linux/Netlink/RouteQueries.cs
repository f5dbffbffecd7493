using System.Net;
using System.Net.NetworkInformation;
using System.Runtime.InteropServices;

namespace Gantry.Linux.Netlink;

/// <param name="Master">Index of the bridge it is a port of; 0 for none.</param>
/// <param name="Kind"><c>bridge</c>, <c>veth</c>, …; empty for hardware and loopback.</param>
public sealed record Link(int Index, string Name, string Kind, int Master, bool Up, int Mtu, PhysicalAddress Address, string Alias);

public sealed record LinkAddress(int Index, IPAddress Address, int PrefixLength);

/// <summary>A unicast route of the main table.</summary>
/// <param name="Interface">Index; 0 when it names none.</param>
public sealed record Route(IPAddress Destination, int PrefixLength, int Interface);

/// <summary>What the socket's namespace has.</summary>
public static class RouteQueries
{
    public static List<Link> Links(this NetlinkSocket socket)
    {
        NetlinkBatch batch = new();
        batch.Begin(LinkRequests.GetLink, NetlinkBatch.Dump, "list interfaces");
        batch.Header(default(LinkRequests.LinkHeader));
        return socket.Dump(batch, (type, payload) => type == LinkRequests.NewLink ? Parse(payload) : null);
    }

    /// <returns>Null when there is no interface of this name.</returns>
    public static Link? FindLink(this NetlinkSocket socket, string name)
    {
        NetlinkBatch batch = new();
        batch.Begin(LinkRequests.GetLink, 0, $"find interface {name}");
        batch.Header(default(LinkRequests.LinkHeader));
        batch.Attribute(LinkRequests.NameAttribute, name);
        Link? found = null;
        try
        {
            socket.Query(batch, (_, payload) => found = Parse(payload));
        }
        catch (KernelException e) when (e.Errno == Errno.ENODEV)
        {
            return null;
        }
        return found;
    }

    public static List<LinkAddress> Addresses(this NetlinkSocket socket)
    {
        NetlinkBatch batch = new();
        batch.Begin(AddressRequests.GetAddress, NetlinkBatch.Dump, "list addresses");
        batch.Header(default(AddressRequests.AddressHeader));
        return socket.Dump(batch, (type, payload) => type == AddressRequests.NewAddress ? ParseAddress(payload) : null);
    }

    public static List<Route> Routes(this NetlinkSocket socket)
    {
        NetlinkBatch batch = new();
        batch.Begin(AddressRequests.GetRoute, NetlinkBatch.Dump, "list routes");
        batch.Header(default(AddressRequests.RouteHeader));
        return socket.Dump(batch, (type, payload) => type == AddressRequests.NewRoute ? ParseRoute(payload) : null);
    }

    private static Link? Parse(ReadOnlySpan<byte> payload)
    {
        if (!MemoryMarshal.TryRead(payload, out LinkRequests.LinkHeader header)) return null;
        string name = "", kind = "", alias = "";
        int master = 0, mtu = 0;
        PhysicalAddress address = PhysicalAddress.None;
        NetlinkAttributes attributes = new(payload[Marshal.SizeOf<LinkRequests.LinkHeader>()..]);
        while (attributes.Next())
        {
            switch (attributes.Type)
            {
                case LinkRequests.NameAttribute: name = attributes.Text; break;
                case LinkRequests.AliasAttribute: alias = attributes.Text; break;
                case LinkRequests.MtuAttribute: mtu = (int)attributes.UInt32; break;
                case LinkRequests.MasterAttribute: master = (int)attributes.UInt32; break;
                case LinkRequests.AddressAttribute: address = new PhysicalAddress(attributes.Value.ToArray()); break;
                case LinkRequests.InfoAttribute: kind = KindOf(attributes.Value); break;
            }
        }
        return new Link(header.Index, name, kind, master, (header.Flags & 1) != 0, mtu, address, alias);
    }

    private static string KindOf(ReadOnlySpan<byte> info)
    {
        NetlinkAttributes attributes = new(info);
        while (attributes.Next())
        {
            if (attributes.Type == LinkRequests.InfoKind) return attributes.Text;
        }
        return "";
    }

    private static LinkAddress? ParseAddress(ReadOnlySpan<byte> payload)
    {
        if (!MemoryMarshal.TryRead(payload, out AddressRequests.AddressHeader header)) return null;
        IPAddress? address = null;
        NetlinkAttributes attributes = new(payload[Marshal.SizeOf<AddressRequests.AddressHeader>()..]);
        while (attributes.Next())
        {
            // On a point-to-point link "address" is the peer's and "local" ours; elsewhere IPv6 has only the former.
            if (attributes.Type == AddressRequests.LocalAttribute
                || (attributes.Type == AddressRequests.AddressAttribute && address is null)) address = new IPAddress(attributes.Value);
        }
        return address is null ? null : new LinkAddress(header.Index, address, header.PrefixLength);
    }

    private static Route? ParseRoute(ReadOnlySpan<byte> payload)
    {
        if (!MemoryMarshal.TryRead(payload, out AddressRequests.RouteHeader header)) return null;
        if (header.Table != AddressRequests.MainTable || header.Type != AddressRequests.Unicast) return null;
        IPAddress destination = header.Family == 2 ? IPAddress.Any : IPAddress.IPv6Any;
        int device = 0;
        NetlinkAttributes attributes = new(payload[Marshal.SizeOf<AddressRequests.RouteHeader>()..]);
        while (attributes.Next())
        {
            if (attributes.Type == AddressRequests.RouteDestination) destination = new IPAddress(attributes.Value);
            else if (attributes.Type == AddressRequests.RouteInterface) device = (int)attributes.UInt32;
        }
        return new Route(destination, header.DestinationLength, device);
    }
}
