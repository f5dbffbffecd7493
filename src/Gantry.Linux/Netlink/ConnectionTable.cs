using System.Buffers.Binary;
using System.Net;

namespace Gantry.Linux.Netlink;

/// <summary>A tracked UDP flow: where its first packet wanted to go, and who answers.</summary>
public readonly record struct UdpFlow(IPAddress Destination, ushort Port, IPAddress Answerer);

/// <summary>The kernel's connection tracking (ctnetlink) in the socket's namespace.</summary>
public static class ConnectionTable
{
    private const ushort Subsystem = 1 << 8, Get = Subsystem | 1, Delete = Subsystem | 2;
    private const ushort TupleOriginal = 1, TupleReply = 2, TupleAddresses = 1, TupleProtocol = 2;
    private const ushort Source4 = 1, Destination4 = 2, Source6 = 3, Destination6 = 4, ProtocolNumber = 1, DestinationPort = 3;
    private const byte Udp = 17, AF_INET = 2, AF_INET6 = 10;

    /// <summary>Makes the kernel forget flows, so that their next packet is treated as a first one. Address translation is decided by a
    /// flow's first packet alone.</summary>
    /// <remarks>Where the kernel cannot list flows, nothing happens: they time out.</remarks>
    public static void ForgetUdp(this NetlinkSocket socket, Func<UdpFlow, bool> which)
    {
        foreach (byte family in (ReadOnlySpan<byte>)[AF_INET, AF_INET6]) Forget(socket, family, which);
    }

    private static void Forget(NetlinkSocket socket, byte family, Func<UdpFlow, bool> which)
    {
        NetlinkBatch dump = new();
        dump.Begin(Get, NetlinkBatch.Dump, "list tracked connections");
        dump.Header((uint)family);
        List<byte[]> chosen;
        try
        {
            chosen = socket.Dump(dump, (_, payload) => Original(payload, which));
        }
        catch (KernelException e) when (e.Errno is Errno.EINVAL or Errno.EOPNOTSUPP)
        {
            return;
        }
        if (chosen.Count == 0) return;
        NetlinkBatch batch = new();
        foreach (byte[] tuple in chosen)
        {
            batch.Begin(Delete, 0, "forget tracked connection");
            batch.Header((uint)family);
            batch.Attribute(TupleOriginal | 0x8000, tuple);
        }
        socket.Execute(batch, Errno.ENOENT);
    }

    /// <returns>The flow's original tuple, by which the kernel finds it again; null when it is not one of those.</returns>
    private static byte[]? Original(ReadOnlySpan<byte> payload, Func<UdpFlow, bool> which)
    {
        if (payload.Length < 4) return null;
        ReadOnlySpan<byte> original = default, reply = default;
        NetlinkAttributes attributes = new(payload[4..]);
        while (attributes.Next())
        {
            if (attributes.Type == TupleOriginal) original = attributes.Value;
            else if (attributes.Type == TupleReply) reply = attributes.Value;
        }
        Tuple there = Tuple.Read(original), back = Tuple.Read(reply);
        if (there.Protocol != Udp || there.Destination is null || back.Source is null) return null;
        return which(new UdpFlow(there.Destination, there.Port, back.Source)) ? original.ToArray() : null;
    }

    private readonly record struct Tuple(IPAddress? Source, IPAddress? Destination, byte Protocol, ushort Port)
    {
        public static Tuple Read(ReadOnlySpan<byte> bytes)
        {
            Tuple tuple = default;
            NetlinkAttributes parts = new(bytes);
            while (parts.Next())
            {
                NetlinkAttributes values = new(parts.Value);
                while (values.Next())
                    tuple = parts.Type == TupleAddresses ? tuple.WithAddress(values)
                        : parts.Type == TupleProtocol ? tuple.WithProtocol(values) : tuple;
            }
            return tuple;
        }

        private Tuple WithAddress(NetlinkAttributes value) => value.Type switch
        {
            Source4 or Source6 => this with { Source = new IPAddress(value.Value) },
            Destination4 or Destination6 => this with { Destination = new IPAddress(value.Value) },
            _ => this,
        };

        private Tuple WithProtocol(NetlinkAttributes value) => value.Type switch
        {
            ProtocolNumber when value.Value.Length > 0 => this with { Protocol = value.Value[0] },
            DestinationPort when value.Value.Length > 1 => this with { Port = BinaryPrimitives.ReadUInt16BigEndian(value.Value) },
            _ => this,
        };
    }
}
