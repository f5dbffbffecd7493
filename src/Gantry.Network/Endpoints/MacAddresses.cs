using System.Net;
using System.Net.NetworkInformation;

namespace Gantry.Network.Endpoints;

/// <summary>MAC addresses of containers.</summary>
public static class MacAddresses
{
    /// <summary>02:42 and the IPv4 address: who gets an address again gets its MAC again,
    /// so that no neighbour's ARP entry is ever stale.</summary>
    public static PhysicalAddress For(IPAddress address)
    {
        Span<byte> raw = stackalloc byte[16];
        address.TryWriteBytes(raw, out int size);
        byte[] mac = [0x02, 0x42, 0, 0, 0, 0];
        raw[(size - 4)..size].CopyTo(mac.AsSpan(2));
        return new PhysicalAddress(mac);
    }

    /// <summary>Locally administered, unicast.</summary>
    public static PhysicalAddress Random()
    {
        byte[] mac = new byte[6];
        System.Random.Shared.NextBytes(mac);
        mac[0] = (byte)((mac[0] & 0xfc) | 0x02);
        return new PhysicalAddress(mac);
    }

    /// <exception cref="GantryException">InvalidArgument.</exception>
    public static PhysicalAddress Parse(string text)
    {
        if (PhysicalAddress.TryParse(text, out PhysicalAddress? address) && address.GetAddressBytes().Length == 6) return address;
        throw GantryException.Invalid($"invalid mac address: {text}");
    }

    /// <summary>Lower case, with colons.</summary>
    public static string Text(PhysicalAddress address) =>
        string.Join(':', address.GetAddressBytes().Select(b => b.ToString("x2", System.Globalization.CultureInfo.InvariantCulture)));
}
