using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Gantry.Linux;
using Gantry.Network.Endpoints;
using Gantry.Network.Firewall;
using Gantry.Network.Networks;
using Gantry.Network.Ports;

namespace Gantry.Network.Drivers.Bridge;

/// <summary>Publishes an endpoint's ports: reserves them on the host, then leads packets there, all in one firewall transaction.</summary>
internal sealed class PortPublication(FirewallTable firewall, PortReservation reservation, IPAddress defaultAddress)
{
    private readonly ConcurrentDictionary<string, (Endpoint Endpoint, IReadOnlyList<PublishedPort> Ports)> _published = [];

    /// <summary>All that lead somewhere now.</summary>
    public IEnumerable<(Endpoint Endpoint, PublishedPort Port)> All =>
        _published.Values.SelectMany(one => one.Ports, (one, port) => (one.Endpoint, port));

    public IReadOnlyList<PublishedPort> Publish(NetworkRecord network, Endpoint endpoint, IReadOnlyList<PortRequest> requests)
    {
        List<PublishedPort> published = [];
        try
        {
            // Fixed ports first, so that an arbitrary choice does not take one of them.
            foreach (PortRequest request in requests.OrderBy(request => request.HostPort == 0 ? 2
                : request.HostPortEnd > request.HostPort ? 1 : 0))
            {
                Reserve(network, endpoint, request, published);
            }
            _published[endpoint.Id] = (endpoint, published);
            firewall.AddPorts(published.Select(port => (endpoint, port)));
            firewall.ForgetFlows(published);
            return published;
        }
        catch (Exception e) when (Expected.Any(e))
        {
            _published.TryRemove(endpoint.Id, out _);
            Free(published);
            if (e is GantryException { Kind: not ErrorKind.Internal }) throw;
            throw GantryException.Internal(
                $"driver failed programming external connectivity on endpoint {endpoint.ContainerName} ({endpoint.Id}): {e.Message}", e);
        }
    }

    public void Withdraw(Endpoint endpoint)
    {
        _published.TryRemove(endpoint.Id, out _);
        firewall.RemovePorts(endpoint.Ports);
        firewall.ForgetFlows(endpoint.Ports);
        Free(endpoint.Ports);
    }

    /// <returns>A warning for each port that somebody else holds by now.</returns>
    public IEnumerable<string> Restore(IReadOnlyList<Endpoint> endpoints)
    {
        foreach (Endpoint endpoint in endpoints)
        {
            if (endpoint.Ports.Count > 0) _published[endpoint.Id] = (endpoint, endpoint.Ports);
            foreach (PublishedPort port in endpoint.Ports)
            {
                if (!reservation.Retake(port))
                    yield return $"port {port.HostAddress}:{port.HostPort}/{port.Protocol} of {endpoint.ContainerName} "
                        + "is held by another program too";
            }
        }
        firewall.AddPorts(endpoints.SelectMany(endpoint => endpoint.Ports, (endpoint, port) => (endpoint, port)));
    }

    private void Reserve(NetworkRecord network, Endpoint endpoint, PortRequest request, List<PublishedPort> published)
    {
        IReadOnlyList<IPAddress> addresses = Addresses(network, endpoint, request);
        string forWhom = string.Create(CultureInfo.InvariantCulture, $"{endpoint.Address}:{request.ContainerPort}/{request.Protocol}");
        _ = FirewallElements.Protocol(request.Protocol);
        ushort port = request.HostPort;
        if (port == 0 || request.HostPortEnd > port)
        {
            port = reservation.TakeAny(addresses, request.Protocol, port, request.HostPortEnd, forWhom);
            foreach (IPAddress address in addresses) published.Add(Port(request, address, port));
            return;
        }
        foreach (IPAddress address in addresses)
        {
            reservation.Take(address, request.Protocol, port, forWhom);
            published.Add(Port(request, address, port));
        }
    }

    private static PublishedPort Port(PortRequest request, IPAddress address, ushort port) =>
        new() { ContainerPort = request.ContainerPort, Protocol = request.Protocol, HostAddress = address, HostPort = port };

    private IReadOnlyList<IPAddress> Addresses(NetworkRecord network, Endpoint endpoint, PortRequest request)
    {
        IPAddress address = request.HostAddress ?? Bound(network) ?? defaultAddress;
        if (address.AddressFamily == AddressFamily.InterNetworkV6 && endpoint.Address6 is null)
        {
            throw GantryException.Invalid($"cannot publish port {request.ContainerPort}/{request.Protocol} on [{address}]: the container "
                + $"has no IPv6 address; use a network with --ipv6");
        }
        if (address.Equals(IPAddress.IPv6Loopback))
            throw GantryException.Invalid($"cannot publish port {request.ContainerPort}/{request.Protocol} on [::1]: the kernel "
                + $"translates no packets of the IPv6 loopback; use 127.0.0.1");
        bool both = request.HostAddress is null && address.Equals(IPAddress.Any) && endpoint.Address6 is not null;
        return both ? [address, IPAddress.IPv6Any] : [address];
    }

    /// <summary>Where the network's own option says that its ports are published.</summary>
    private static IPAddress? Bound(NetworkRecord network)
    {
        if (!network.Options.TryGetValue(NetworkKeys.BindAddress, out string? text) || text.Length == 0) return null;
        return AddressText.TryParse(text.Trim('[', ']'), out IPAddress? address) ? address
            : throw GantryException.Invalid($"invalid IP address: {text}");
    }

    private void Free(IEnumerable<PublishedPort> ports)
    {
        foreach (PublishedPort port in ports) reservation.Free(port.HostAddress, port.Protocol, port.HostPort);
    }
}
