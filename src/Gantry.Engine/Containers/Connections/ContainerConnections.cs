using Gantry.Api.Networks;
using Gantry.Engine.Containers.Checks;
using Gantry.Network;
using Gantry.Network.Endpoints;
using Gantry.Network.Networks;

namespace Gantry.Engine.Containers.Connections;

/// <summary>Connects containers to further networks and takes them out again; a running one feels it at once.</summary>
public sealed class ContainerConnections(ContainerStore store, NetworkController networks, ContainerEndpoints endpoints, NetworkFiles files,
    EndpointRepair repair, ContainerEvents events)
{
    /// <exception cref="GantryException">Forbidden: it is in the network already,
    /// or shares its network with the host or another container.</exception>
    public async Task ConnectAsync(string networkReference, string reference, EndpointSettings? settings, CancellationToken cancellation)
    {
        if (settings is not null)
        {
            EndpointCheck.One(settings);
            EndpointCheck.Later(settings);
        }
        NetworkRecord network = networks.Find(networkReference);
        if (settings is not null) EndpointCheck.Aliases(network.Name, settings);
        Container container = store.Find(reference);
        using IDisposable gate = await container.LockAsync(cancellation);
        CheckConnectable(container, network);
        settings ??= new EndpointSettings();
        Dictionary<string, EndpointSettings> connected = new(container.Record.Networks) { [network.Name] = settings };
        // One that does not run, or has just ended, gets its interface at its next start, and the event with it.
        if (!container.Status.Running || !await AttachAsync(container, network, settings, connected, cancellation))
        {
            container.ChangeOnDisk($"connecting container {container.Name} to network {network.Name}",
                record => record with { Networks = connected });
            return;
        }
        container.Save(durable: true);
        events.PublishNetwork(network.Id, network.Name, network.Driver, container.Id, "connect");
    }

    /// <exception cref="GantryException">NotFound: it is not in the network.</exception>
    public async Task DisconnectAsync(string networkReference, string reference, bool force, CancellationToken cancellation)
    {
        NetworkRecord network = networks.Find(networkReference);
        if (force && !store.TryFind(reference, out _))
        {
            Drop(network, reference);
            return;
        }
        Container container = store.Find(reference);
        using IDisposable gate = await container.LockAsync(cancellation);
        if (network.Driver == "host" && !force)
            throw new GantryException(ErrorKind.Forbidden,
                "container cannot be disconnected from host network or connected to host network");
        CheckStays(container);
        ContainerRecord before = container.Record;
        Dictionary<string, EndpointSettings> rest = new(before.Networks);
        if (!rest.Remove(network.Name))
            throw GantryException.NotFound($"container {container.Id} is not connected to network {network.Name}");
        string step = $"disconnecting container {container.Name} from network {network.Name}";
        if (!container.Status.Running)
        {
            container.ChangeOnDisk(step, record => Without(record, network, rest));
            foreach (Endpoint endpoint in before.Endpoints.Where(endpoint => endpoint.NetworkId == network.Id)) networks.Detach(endpoint);
            events.PublishNetwork(network.Id, network.Name, network.Driver, container.Id, "disconnect");
            return;
        }
        // A disk that takes this takes the smaller record too.
        container.ChangeOnDisk(step, record => record with { NetworkFilesStale = true });
        // The record follows the kernel here: a daemon that is killed in between connects it again, for nobody was told that it is out.
        foreach (Endpoint endpoint in before.Endpoints.Where(endpoint => endpoint.NetworkId == network.Id)) networks.Detach(endpoint);
        container.Change(record => Without(record, network, rest));
        await repair.AttemptAsync(container, () => endpoints.SettleGatewayAsync(container));
        files.SaveWith(container);
        events.PublishNetwork(network.Id, network.Name, network.Driver, container.Id, "disconnect");
    }

    private static ContainerRecord Without(ContainerRecord record, NetworkRecord network, Dictionary<string, EndpointSettings> rest) =>
        record with { Endpoints = [.. record.Endpoints.Where(endpoint => endpoint.NetworkId != network.Id)], Networks = rest };

    private static void CheckStays(Container container)
    {
        if (container.Status.RemovalInProgress)
            throw GantryException.Conflict(
                $"container {container.Id} is marked for removal and cannot be connected or disconnected to the network");
    }

    private static void CheckConnectable(Container container, NetworkRecord network)
    {
        string mode = container.HostConfig.NetworkMode;
        CheckStays(container);
        if (ContainerMode.Joined(mode) is not null || mode == "host")
            throw GantryException.Invalid(
                "container sharing network namespace with another container or host cannot be connected to any other network");
        if (network.Driver == "host")
            throw GantryException.Invalid("container cannot be disconnected from host network or connected to host network");
        if (container.Record.Networks.ContainsKey(network.Name))
            throw new GantryException(ErrorKind.Forbidden, $"endpoint with name {container.Name} already exists in network {network.Name}");
        bool none = network.Driver == "null" ? container.Record.Networks.Count > 0 : container.Record.Networks.ContainsKey("none");
        if (none)
            throw GantryException.Invalid(
                "container cannot be connected to multiple networks with one of the networks in private (none) mode");
    }

    /// <summary>
    /// The record is written before the kernel has anything: what a daemon that is killed meanwhile leaves is told by it,
    /// and finished at the next start. See <see cref="EndpointRepair"/>.
    /// </summary>
    /// <returns>False when it has ended meanwhile: nothing has changed then.</returns>
    private async Task<bool> AttachAsync(Container container, NetworkRecord network, EndpointSettings settings,
        Dictionary<string, EndpointSettings> connected, CancellationToken cancellation)
    {
        ContainerRecord before = container.Record;
        HashSet<string> taken = [.. before.Endpoints.Select(endpoint => endpoint.Interface)];
        int index = Enumerable.Range(0, taken.Count + 1).First(number => !taken.Contains($"eth{number}"));
        Endpoint endpoint =
            networks.Allocate(container.Id, network, ContainerEndpoints.Request(container, settings, settings.MacAddress, index));
        bool attached = false;
        try
        {
            container.ChangeOnDisk($"connecting container {container.Name} to network {network.Name}", record => record with
            {
                Networks = connected, Endpoints = [.. before.Endpoints, endpoint], NetworkFilesStale = true,
            });
            files.Write(container);
            attached = await container.WhileItLivesAsync(async _ =>
            {
                await networks.AttachAsync(endpoint, container.Status.Pid, gateway: false, cancellation);
                await endpoints.SettleGatewayAsync(container);
            });
        }
        finally
        {
            if (!attached)
            {
                networks.Detach(endpoint);
                container.Change(record => record with { Networks = before.Networks, Endpoints = before.Endpoints });
                await repair.AttemptAsync(container, () => endpoints.SettleGatewayAsync(container));
                files.SaveWith(container);
            }
        }
        return attached;
    }

    /// <summary>For an endpoint whose container is not known any more.</summary>
    private void Drop(NetworkRecord network, string reference)
    {
        foreach (Endpoint endpoint in networks.EndpointsOf(network)
            .Where(endpoint => endpoint.ContainerId == reference || endpoint.ContainerName == reference)) networks.Detach(endpoint);
    }
}
