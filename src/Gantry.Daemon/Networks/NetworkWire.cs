using System.Globalization;
using Gantry.Api.Networks;
using Gantry.Network.Ipam;
using Gantry.Network.Networks;
using AddressPool = Gantry.Network.Networks.AddressPool;
using Endpoint = Gantry.Network.Endpoints.Endpoint;

namespace Gantry.Daemon.Networks;

/// <summary>A network as the API shows it.</summary>
internal static class NetworkWire
{
    /// <param name="endpoints">Those to show; empty in lists.</param>
    public static NetworkInspect Of(NetworkRecord network, IReadOnlyList<Endpoint> endpoints) => new()
    {
        Name = network.Name,
        Id = network.Id,
        Created = network.Created.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'00Z'", CultureInfo.InvariantCulture),
        Scope = network.Scope,
        Driver = network.Driver,
        EnableIPv4 = network.EnableIPv4,
        EnableIPv6 = network.EnableIPv6,
        IPAM = new NetworkIPAM
        {
            Driver = network.IpamDriver,
            Options = network.IpamOptions is null ? null : new Dictionary<string, string>(network.IpamOptions),
            Config = [.. network.Pools.Select(Of)],
        },
        Internal = network.Internal,
        Attachable = network.Attachable,
        Containers = endpoints.ToDictionary(endpoint => endpoint.ContainerId, Of),
        Options = new Dictionary<string, string>(network.Options),
        Labels = new Dictionary<string, string>(network.Labels),
    };

    private static IPAMConfig Of(AddressPool pool) => new()
    {
        Subnet = pool.Subnet.ToString(),
        Gateway = pool.Gateway?.ToString() ?? "",
        IPRange = pool.Range?.ToString(),
        AuxiliaryAddresses = pool.Reserved?.ToDictionary(reserved => reserved.Key, reserved => reserved.Value.ToString()),
    };

    private static NetworkContainer Of(Endpoint endpoint) => new()
    {
        Name = endpoint.ContainerName,
        EndpointID = endpoint.Id,
        MacAddress = endpoint.MacAddress,
        IPv4Address = endpoint.Address is null ? ""
            : string.Create(CultureInfo.InvariantCulture, $"{endpoint.Address}/{endpoint.PrefixLength}"),
        IPv6Address = endpoint.Address6 is null ? ""
            : string.Create(CultureInfo.InvariantCulture, $"{endpoint.Address6}/{endpoint.PrefixLength6}"),
    };
}
