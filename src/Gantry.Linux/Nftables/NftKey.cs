using System.Buffers.Binary;
using System.Net;

namespace Gantry.Linux.Nftables;

/// <summary>A key or value of several fields (<c>inet_proto . ipv4_addr . inet_service</c>) as the kernel compares it.</summary>
public ref struct NftKey
{
    private readonly byte[] bytes = new byte[40];
    private int length;

    public NftKey()
    {
    }

    public NftKey Protocol(byte number)
    {
        bytes[length] = number;
        length += 4;
        return this;
    }

    public NftKey Address(IPAddress address)
    {
        byte[] raw = address.GetAddressBytes();
        raw.CopyTo(bytes, length);
        length += raw.Length;
        return this;
    }

    public NftKey Port(ushort port)
    {
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(length), port);
        length += 4;
        return this;
    }

    public readonly ReadOnlySpan<byte> Bytes => bytes.AsSpan(0, length);
}
