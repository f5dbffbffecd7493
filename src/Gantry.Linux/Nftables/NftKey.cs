using System.Buffers.Binary;
using System.Net;

namespace Gantry.Linux.Nftables;

/// <summary>A key or value of several fields (<c>inet_proto . ipv4_addr . inet_service</c>) as the kernel compares it.</summary>
public ref struct NftKey
{
    private readonly byte[] _bytes = new byte[40];
    private int _length;

    public NftKey()
    {
    }

    public NftKey Protocol(byte number)
    {
        _bytes[_length] = number;
        _length += 4;
        return this;
    }

    public NftKey Address(IPAddress address)
    {
        byte[] raw = address.GetAddressBytes();
        raw.CopyTo(_bytes, _length);
        _length += raw.Length;
        return this;
    }

    public NftKey Port(ushort port)
    {
        BinaryPrimitives.WriteUInt16BigEndian(_bytes.AsSpan(_length), port);
        _length += 4;
        return this;
    }

    public readonly ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, _length);
}
