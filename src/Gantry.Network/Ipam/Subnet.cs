using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Gantry.Network.Ipam;

/// <summary>An address range with a prefix; addresses in it are counted from its first.</summary>
public readonly record struct Subnet
{
    private readonly UInt128 _first;

    private Subnet(UInt128 first, int prefixLength, AddressFamily family) =>
        (this._first, PrefixLength, Family) = (first, prefixLength, family);

    public int PrefixLength { get; }

    public AddressFamily Family { get; }

    /// <summary>How many addresses; for <c>::/0</c>, which has one more than fits, one less.</summary>
    public UInt128 Size => HostBits == 128 ? UInt128.MaxValue : UInt128.One << HostBits;

    public IPAddress Address => At(0);

    /// <summary>Of a whole address: 32 or 128.</summary>
    public int Bits => Family == AddressFamily.InterNetwork ? 32 : 128;

    private int HostBits => Bits - PrefixLength;

    /// <summary>Host bits in <paramref name="address"/> are dropped.</summary>
    public static Subnet Of(IPAddress address, int prefixLength)
    {
        int hostBits = (address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128) - prefixLength;
        UInt128 value = Number(address);
        return new Subnet(hostBits == 128 ? 0 : value >> hostBits << hostBits, prefixLength, address.AddressFamily);
    }

    /// <exception cref="GantryException">InvalidArgument: not <c>address/prefix</c>.</exception>
    public static Subnet Parse(string text) => InterfaceAddress.Parse(text).Subnet;

    public bool Contains(IPAddress address) => address.AddressFamily == Family && Of(address, PrefixLength)._first == _first;

    public bool Contains(Subnet other) =>
        other.Family == Family && other.PrefixLength >= PrefixLength && Of(other.Address, PrefixLength)._first == _first;

    public bool Overlaps(Subnet other) => Contains(other) || other.Contains(this);

    public IPAddress At(UInt128 offset)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, _first + offset);
        return new IPAddress(Family == AddressFamily.InterNetwork ? bytes[12..] : bytes);
    }

    public UInt128 OffsetOf(IPAddress address) => Number(address) - _first;

    public override string ToString() => $"{Address}/{PrefixLength}";

    private static UInt128 Number(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        bytes.Clear();
        int size = address.AddressFamily == AddressFamily.InterNetwork ? 4 : 16;
        address.TryWriteBytes(bytes[(16 - size)..], out _);
        return BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }
}
