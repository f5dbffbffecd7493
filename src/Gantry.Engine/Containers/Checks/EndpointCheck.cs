using System.Net;
using System.Net.Sockets;
using Gantry.Api.Containers;
using Gantry.Api.Networks;
using Gantry.Network.Endpoints;

namespace Gantry.Engine.Containers.Checks;

/// <summary>What a request says about a place in a network; of create as of connect.</summary>
internal static class EndpointCheck
{
    public static void All(ContainerConfig config, NetworkingConfig? networking)
    {
        if (!string.IsNullOrEmpty(config.MacAddress)) Mac(config.MacAddress);
        foreach ((string network, EndpointSettings? settings) in networking?.EndpointsConfig ?? [])
        {
            if (network.Length == 0) throw GantryException.Invalid("invalid endpoint settings: the name of a network is empty");
            if (settings is null) continue;
            One(settings);
            Aliases(network, settings);
        }
    }

    /// <summary>Names are resolved in users' networks alone.</summary>
    public static void Aliases(string network, EndpointSettings settings)
    {
        bool predefined = network is "default" or "bridge" or "host" or "none" || ContainerMode.Joined(network) is not null;
        if (predefined && settings.Aliases is { Count: > 0 })
            throw GantryException.Invalid("network-scoped alias is supported only for containers in user defined networks");
    }

    public static void Warn(NetworkingConfig? networking, List<string> warnings)
    {
        IEnumerable<string> aliases = (networking?.EndpointsConfig ?? []).Values.SelectMany(settings => settings?.Aliases ?? []).Distinct();
        if (string.Join(", ", aliases) is { Length: > 0 } list)
            warnings.Add($"Names are not resolved between containers yet: the network aliases {list} are kept and have no effect.");
        if ((networking?.EndpointsConfig ?? []).Values.Any(settings => settings?.Links is { Count: > 0 })) warnings.Add(LinkCheck.Warning);
    }

    public static void One(EndpointSettings settings)
    {
        if (settings.IPAMConfig is { } wanted)
        {
            Address("IPv4", wanted.IPv4Address, AddressFamily.InterNetwork);
            Address("IPv6", wanted.IPv6Address, AddressFamily.InterNetworkV6);
            foreach (string local in wanted.LinkLocalIPs ?? []) LinkLocal(local);
        }
        foreach (string option in settings.DriverOpts?.Keys ?? Enumerable.Empty<string>())
            throw GantryException.Invalid($"invalid endpoint settings: driver option {option} is not supported");
        if (settings.MacAddress.Length > 0) Mac(settings.MacAddress);
    }

    /// <summary>Of a place in a network that a container gets later: there is no answer that could have a warning.</summary>
    public static void Later(EndpointSettings settings)
    {
        if (settings.Links is { Count: > 0 })
            throw GantryException.Invalid("links between containers are not supported: put both into one network, and use addresses");
    }

    private static void LinkLocal(string text)
    {
        bool right = AddressText.TryParse(text, out IPAddress? address)
            && (address.IsIPv6LinkLocal
                || (address.AddressFamily == AddressFamily.InterNetwork && address.GetAddressBytes() is [169, 254, ..]));
        if (!right) throw GantryException.Invalid($"invalid link-local IP address: {text}");
    }

    private static void Address(string version, string? text, AddressFamily family)
    {
        if (string.IsNullOrEmpty(text)) return;
        bool right = AddressText.TryParse(text, out IPAddress? address) && address.AddressFamily == family;
        if (!right) throw GantryException.Invalid($"invalid {version} address: {text}");
    }

    private static void Mac(string text)
    {
        if ((MacAddresses.Parse(text).GetAddressBytes()[0] & 1) != 0)
            throw GantryException.Invalid($"invalid mac address: {text}: it is one for many, and no interface has such");
    }
}
