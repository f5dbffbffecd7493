using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Gantry.Network.Ipam;

/// <summary>An interface's address with its prefix, <c>172.17.0.1/16</c>.</summary>
public readonly record struct InterfaceAddress(IPAddress Address, int PrefixLength)
{
    public Subnet Subnet => Subnet.Of(Address, PrefixLength);

    /// <exception cref="GantryException">InvalidArgument: not <c>address/prefix</c>.</exception>
    public static InterfaceAddress Parse(string text)
    {
        int slash = text.IndexOf('/');
        if (slash > 0 && IPAddress.TryParse(text.AsSpan(0, slash), out IPAddress? address)
            && int.TryParse(text.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int prefix)
            && prefix <= (address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128))
        {
            return new InterfaceAddress(address, prefix);
        }
        throw GantryException.Invalid($"invalid CIDR address: {text}");
    }

    public override string ToString() => $"{Address}/{PrefixLength}";
}
