using System.Net.NetworkInformation;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Gantry.Linux.Netlink;

/// <summary>rtnetlink(7) requests about interfaces, appended to a batch.</summary>
public static class LinkRequests
{
    internal const ushort NewLink = 16, DeleteLink = 17, GetLink = 18, SetLink = 19;
    internal const ushort AddressAttribute = 1, NameAttribute = 3, MtuAttribute = 4, MasterAttribute = 10, InfoAttribute = 18,
        AliasAttribute = 20, FamiliesAttribute = 26, NamespaceAttribute = 28;
    internal const ushort InfoKind = 1, InfoData = 2, InfoSlaveKind = 4, InfoSlaveData = 5;
    private const ushort VethPeer = 1, PortHairpin = 4, PortIsolated = 33, Inet6AddressMode = 8;
    private const byte AddressModeNone = 1;
    /// <summary>IFALIASZ is 256, and one byte less is the most that the kernel takes with the final zero.</summary>
    private const int MaxAlias = 254;
    private const uint FlagUp = 1;
    private const byte AF_INET6 = 10;

    /// <summary>struct ifinfomsg.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct LinkHeader
    {
        public byte Family, Padding;
        public ushort Type;
        public int Index;
        public uint Flags, Change;
    }

    /// <summary>An up bridge without spanning tree. Its own MAC address is fixed: otherwise it changes with every port,
    /// and connections of all ports stall.</summary>
    /// <param name="alias">Free text that tools show.</param>
    public static NetlinkBatch CreateBridge(this NetlinkBatch batch, string name, PhysicalAddress address, int mtu, string alias)
    {
        batch.Begin(NewLink, NetlinkBatch.Create | NetlinkBatch.Exclusive, $"create bridge {name}");
        batch.Header(new LinkHeader { Flags = FlagUp, Change = FlagUp });
        batch.Attribute(NameAttribute, name);
        batch.Attribute(AddressAttribute, address.GetAddressBytes());
        batch.Attribute(MtuAttribute, (uint)mtu);
        int info = batch.BeginNested(InfoAttribute);
        batch.Attribute(InfoKind, "bridge");
        batch.EndNested(info);
        return batch.SetAlias(name, alias);
    }

    public static NetlinkBatch SetAlias(this NetlinkBatch batch, string name, string alias)
    {
        batch.Begin(SetLink, 0, $"set alias of {name}");
        batch.Header(default(LinkHeader));
        batch.Attribute(NameAttribute, name);
        batch.Attribute(AliasAttribute, Shortened(alias));
        return batch;
    }

    /// <summary>To what the kernel keeps.</summary>
    private static string Shortened(string alias)
    {
        while (Encoding.UTF8.GetByteCount(alias) > MaxAlias) alias = alias[..^(alias.Length > 1 && char.IsLowSurrogate(alias[^1]) ? 2 : 1)];
        return alias;
    }

    /// <summary>
    /// A veth pair, made from inside a container: our end is <paramref name="name"/> with a chosen index in the socket's namespace, up;
    /// the other end appears as <paramref name="peer"/> in <paramref name="peerNamespace"/>, down.
    /// </summary>
    /// <remarks>The index is chosen by us so that the address and route requests can follow in the same batch.</remarks>
    public static NetlinkBatch CreateVeth(this NetlinkBatch batch, string name, int index, PhysicalAddress address, int mtu, string peer,
        SafeFileHandle peerNamespace)
    {
        batch.Begin(NewLink, NetlinkBatch.Create | NetlinkBatch.Exclusive, $"create veth pair {name}, {peer}");
        batch.Header(new LinkHeader { Index = index, Flags = FlagUp, Change = FlagUp });
        batch.Attribute(NameAttribute, name);
        batch.Attribute(AddressAttribute, address.GetAddressBytes());
        batch.Attribute(MtuAttribute, (uint)mtu);
        int info = batch.BeginNested(InfoAttribute);
        batch.Attribute(InfoKind, "veth");
        int data = batch.BeginNested(InfoData), other = batch.BeginNested(VethPeer);
        batch.Header(default(LinkHeader));
        batch.Attribute(NameAttribute, peer);
        batch.Attribute(MtuAttribute, (uint)mtu);
        batch.Attribute(NamespaceAttribute, (uint)peerNamespace.DangerousGetHandle());
        batch.EndNested(other);
        batch.EndNested(data);
        batch.EndNested(info);
        return batch;
    }

    /// <summary>Makes the interface a port of a bridge and sets it up: two requests,
    /// for the port's settings exist only once it is a port.</summary>
    /// <param name="hairpin">Frames may leave by the port they came from: a container that calls its own published port, while the bridge's
    /// frames pass the firewall.</param>
    /// <param name="isolated">The port reaches no other isolated port.</param>
    public static NetlinkBatch JoinBridge(this NetlinkBatch batch, string name, int bridge, string alias, bool hairpin, bool isolated)
    {
        batch.Begin(SetLink, 0, $"add {name} to the bridge");
        batch.Header(default(LinkHeader));
        batch.Attribute(NameAttribute, name);
        batch.Attribute(MasterAttribute, (uint)bridge);
        batch.Attribute(AliasAttribute, Shortened(alias));
        // A port needs no address of its own; without this the kernel gives it a link-local one and announces it.
        int families = batch.BeginNested(FamiliesAttribute), inet6 = batch.BeginNested(AF_INET6);
        batch.Attribute(Inet6AddressMode, AddressModeNone);
        batch.EndNested(inet6);
        batch.EndNested(families);

        batch.Begin(NewLink, 0, $"set up bridge port {name}");
        batch.Header(new LinkHeader { Flags = FlagUp, Change = FlagUp });
        batch.Attribute(NameAttribute, name);
        int info = batch.BeginNested(InfoAttribute);
        batch.Attribute(InfoSlaveKind, "bridge");
        int data = batch.BeginNested(InfoSlaveData, flagged: true);
        batch.Attribute(PortHairpin, (byte)(hairpin ? 1 : 0));
        if (isolated) batch.Attribute(PortIsolated, 1);
        batch.EndNested(data);
        batch.EndNested(info);
        return batch;
    }

    public static NetlinkBatch SetUp(this NetlinkBatch batch, int index)
    {
        batch.Begin(SetLink, 0, $"set up interface {index}");
        batch.Header(new LinkHeader { Index = index, Flags = FlagUp, Change = FlagUp });
        return batch;
    }

    public static NetlinkBatch DeleteLinkNamed(this NetlinkBatch batch, string name)
    {
        batch.Begin(DeleteLink, 0, $"delete interface {name}");
        batch.Header(default(LinkHeader));
        batch.Attribute(NameAttribute, name);
        return batch;
    }
}
