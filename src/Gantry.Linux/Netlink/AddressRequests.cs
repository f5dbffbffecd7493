using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Gantry.Linux.Netlink;

/// <summary>rtnetlink(7) requests about addresses and routes, appended to a batch.</summary>
public static class AddressRequests
{
    internal const ushort NewAddress = 20, DeleteAddress = 21, GetAddress = 22, NewRoute = 24, GetRoute = 26;
    internal const ushort AddressAttribute = 1, LocalAttribute = 2, BroadcastAttribute = 4;
    internal const ushort RouteDestination = 1, RouteInterface = 4, RouteGateway = 5, RouteTable = 15;
    internal const byte MainTable = 254, Unicast = 1;
    private const byte ProtocolBoot = 3, FlagNoDuplicateDetection = 2;

    /// <summary>struct ifaddrmsg.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct AddressHeader
    {
        public byte Family, PrefixLength, Flags, Scope;
        public int Index;
    }

    /// <summary>struct rtmsg.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct RouteHeader
    {
        public byte Family, DestinationLength, SourceLength, Service, Table, Protocol, Scope, Type;
        public uint Flags;
    }

    /// <summary>Adds the address, or leaves it if it is there.</summary>
    public static NetlinkBatch AddAddress(this NetlinkBatch batch, int index, IPAddress address, int prefixLength)
    {
        batch.Begin(NewAddress, NetlinkBatch.Create | NetlinkBatch.Replace, $"add address {address}/{prefixLength}");
        WriteAddress(batch, index, address, prefixLength);
        if (address.AddressFamily == AddressFamily.InterNetwork && prefixLength < 31)
            batch.Attribute(BroadcastAttribute, Broadcast(address, prefixLength));
        return batch;
    }

    public static NetlinkBatch RemoveAddress(this NetlinkBatch batch, int index, IPAddress address, int prefixLength)
    {
        batch.Begin(DeleteAddress, 0, $"remove address {address}/{prefixLength}");
        WriteAddress(batch, index, address, prefixLength);
        return batch;
    }

    public static NetlinkBatch AddDefaultRoute(this NetlinkBatch batch, int index, IPAddress gateway)
    {
        batch.Begin(NewRoute, NetlinkBatch.Create | NetlinkBatch.Replace, $"add default route via {gateway}");
        batch.Header(new RouteHeader { Family = Family(gateway), Table = MainTable, Protocol = ProtocolBoot, Type = Unicast });
        batch.Attribute(RouteGateway, gateway.GetAddressBytes());
        batch.Attribute(RouteInterface, (uint)index);
        return batch;
    }

    internal static byte Family(IPAddress address) => address.AddressFamily == AddressFamily.InterNetwork ? (byte)2 : (byte)10;

    private static void WriteAddress(NetlinkBatch batch, int index, IPAddress address, int prefixLength)
    {
        // We hand out each address once, so asking the link whether somebody has it only delays the start.
        byte flags = address.AddressFamily == AddressFamily.InterNetworkV6 ? FlagNoDuplicateDetection : (byte)0;
        batch.Header(new AddressHeader { Family = Family(address), PrefixLength = (byte)prefixLength, Flags = flags, Index = index });
        batch.Attribute(LocalAttribute, address.GetAddressBytes());
        batch.Attribute(AddressAttribute, address.GetAddressBytes());
    }

    private static byte[] Broadcast(IPAddress address, int prefixLength)
    {
        byte[] bytes = address.GetAddressBytes();
        for (int bit = prefixLength; bit < 32; bit++) bytes[bit / 8] |= (byte)(0x80 >> (bit % 8));
        return bytes;
    }
}
