using System.Net;
using System.Net.Sockets;
using Gantry.Linux.Nftables;
using Gantry.Network.Endpoints;
using Gantry.Network.Ports;

namespace Gantry.Network.Firewall;

/// <summary>Published ports as elements of the table's maps.</summary>
internal static class FirewallElements
{
    /// <summary>IANA protocol numbers.</summary>
    public static byte Protocol(string name) => name switch
    {
        "tcp" => 6,
        "udp" => 17,
        "sctp" => 132,
        _ => throw GantryException.Invalid($"invalid protocol: {name}"),
    };

    public static void Add(NftElements elements, Endpoint endpoint, PublishedPort port)
    {
        (string map, byte[] key, bool six) = Place(port);
        IPAddress target = (six ? endpoint.Address6 : endpoint.Address)!;
        elements.Add(map, key, new NftKey().Address(target).Port(port.ContainerPort).Bytes);
    }

    public static void Remove(NftElements elements, PublishedPort port)
    {
        (string map, byte[] key, _) = Place(port);
        elements.Remove(map, key);
    }

    private static (string Map, byte[] Key, bool Six) Place(PublishedPort port)
    {
        IPAddress host = port.HostAddress;
        bool six = host.AddressFamily == AddressFamily.InterNetworkV6;
        bool any = host.Equals(IPAddress.Any) || host.Equals(IPAddress.IPv6Any);
        NftKey key = new NftKey().Protocol(Protocol(port.Protocol));
        if (!any) key = key.Address(host);
        string map = any ? (six ? FirewallScript.Any6 : FirewallScript.Any4) : (six ? FirewallScript.Ports6 : FirewallScript.Ports4);
        return (map, key.Port(port.HostPort).Bytes.ToArray(), six);
    }
}
