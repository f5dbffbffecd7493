using System.Net;

namespace Gantry.Network.Ipam;

/// <summary>An interface's address with its prefix, <c>172.17.0.1/16</c>.</summary>
public readonly record struct InterfaceAddress(IPAddress Address, int PrefixLength)
{
    public Subnet Subnet => Subnet.Of(Address, PrefixLength);

    /// <exception cref="GantryException">InvalidArgument: not <c>address/prefix</c>.</exception>
    public static InterfaceAddress Parse(string text) =>
        AddressText.TryParseWithPrefix(text, out IPAddress? address, out int prefix) ? new InterfaceAddress(address, prefix)
            : throw GantryException.Invalid($"invalid CIDR address: {text}");

    public override string ToString() => $"{Address}/{PrefixLength}";
}
