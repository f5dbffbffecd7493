using System.Net;
using Gantry.Api.Networks;
using Gantry.Network;
using Gantry.Network.Endpoints;

namespace Gantry.Engine.Containers.Connections;

/// <summary>A container's places in the networks, and its way out: of its endpoints, one has the default route, and its ports are published
/// there.</summary>
public sealed class ContainerEndpoints(NetworkController networks, ContainerEvents events)
{
    public IReadOnlyList<Endpoint> Allocate(Container container)
    {
        List<Endpoint> endpoints = [];
        try
        {
            foreach ((string name, EndpointSettings settings) in container.Record.Networks)
            {
                string? mac = string.IsNullOrEmpty(settings.MacAddress) ? container.Record.Config.MacAddress : settings.MacAddress;
                endpoints.Add(networks.Allocate(container.Id, networks.Find(name), Request(container, settings, mac, endpoints.Count)));
            }
            foreach (Endpoint endpoint in endpoints) Tell(endpoint, "connect");
            return endpoints;
        }
        catch
        {
            foreach (Endpoint endpoint in endpoints) networks.Release(endpoint);
            throw;
        }
    }

    /// <param name="mac">Null or empty for one that the network chooses.</param>
    /// <param name="index">Which of the container's interfaces it becomes.</param>
    public static EndpointRequest Request(Container container, EndpointSettings settings, string? mac, int index) => new()
    {
        Address = Address(settings.IPAMConfig?.IPv4Address),
        Address6 = Address(settings.IPAMConfig?.IPv6Address),
        LinkLocal = [.. (settings.IPAMConfig?.LinkLocalIPs ?? []).Select(Address).OfType<IPAddress>()],
        MacAddress = string.IsNullOrEmpty(mac) ? null : mac,
        Aliases = settings.Aliases ?? [],
        ContainerName = container.Name,
        Index = index,
    };

    public void Release(Container container)
    {
        foreach (Endpoint endpoint in container.Record.Endpoints)
        {
            networks.Release(endpoint);
            Tell(endpoint, "disconnect");
        }
        container.Change(record => record with { Endpoints = [], Gateway = null });
    }

    private void Tell(Endpoint endpoint, string action) =>
        events.PublishNetwork(endpoint, networks.DriverName(endpoint.NetworkId), action);

    /// <summary>Furnishes the network namespace of the first process with all of them.</summary>
    public async Task AttachAsync(Container container, int pid)
    {
        Endpoint? gateway = GatewayOf(container);
        foreach (Endpoint endpoint in container.Record.Endpoints)
            await networks.AttachAsync(endpoint, pid, endpoint == gateway, CancellationToken.None);
    }

    /// <summary>Of those that lead out the first with the highest priority; null when none does.</summary>
    public Endpoint? GatewayOf(Container container) => container.Record.Endpoints.Where(networks.LeadsOut)
        .MaxBy(endpoint => container.Record.Networks.GetValueOrDefault(endpoint.NetworkName)?.GwPriority ?? 0);

    /// <summary>Publishes its ports where its way out is, if it has one.</summary>
    public void Publish(Container container)
    {
        if (GatewayOf(container) is { } gateway) Publish(container, gateway);
        else container.Change(record => record with { Gateway = "" });
    }

    private void Publish(Container container, Endpoint gateway)
    {
        // On the host's network every port is reachable as it is.
        if (gateway.Ports.Count == 0) networks.Publish(gateway, PortList.Parse(container.Record.Config, container.HostConfig));
        container.Change(record => record with { Gateway = gateway.Id });
    }

    /// <summary>After a change of a running container's endpoints: moves default route and published ports to where they belong
    /// now.</summary>
    public async Task SettleGatewayAsync(Container container)
    {
        Endpoint? gateway = GatewayOf(container);
        if (container.Record.Gateway == (gateway?.Id ?? "")) return;
        // Until all of it is done, none is: a daemon that is killed meanwhile does it at its next start.
        container.Change(record => record with { Gateway = "" });
        foreach (Endpoint other in container.Record.Endpoints.Where(endpoint => endpoint.Ports.Count > 0 && endpoint != gateway))
            networks.Withdraw(other);
        if (gateway is null) return;
        await networks.RouteAsync(gateway, container.Status.Pid);
        Publish(container, gateway);
    }

    /// <summary>An address that somebody asked for; null for none.</summary>
    private static IPAddress? Address(string? text) => string.IsNullOrEmpty(text) ? null
        : AddressText.TryParse(text, out IPAddress? address) ? address : throw GantryException.Invalid($"invalid IP address: {text}");
}
