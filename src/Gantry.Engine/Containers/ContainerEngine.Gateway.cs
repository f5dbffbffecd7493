using Gantry.Linux;
using Gantry.Network.Endpoints;

namespace Gantry.Engine.Containers;

/// <summary>A container's way out: of its endpoints, one has the default route, and its ports are published there.</summary>
public sealed partial class ContainerEngine
{
    /// <summary>Of those that lead out the first with the highest priority; null when none does.</summary>
    private Endpoint? GatewayOf(Container container) => container.Record.Endpoints.Where(networks.LeadsOut)
        .MaxBy(endpoint => container.Record.Networks.GetValueOrDefault(endpoint.NetworkName)?.GwPriority ?? 0);

    /// <summary>After a change of a running container's endpoints: moves default route and published ports to where they belong
    /// now.</summary>
    private async Task SettleGatewayAsync(Container container)
    {
        Endpoint? gateway = GatewayOf(container);
        if (container.Record.Gateway == (gateway?.Id ?? "")) return;
        // Until all of it is done, none is: a daemon that is killed meanwhile does it at its next start.
        container.Record.Gateway = "";
        foreach (Endpoint other in container.Record.Endpoints.Where(endpoint => endpoint.Ports.Count > 0 && endpoint != gateway))
            networks.Withdraw(other);
        if (gateway is null) return;
        await networks.RouteAsync(gateway, container.Status.Pid);
        PublishPorts(container, gateway);
    }

    private void PublishPorts(Container container, Endpoint gateway)
    {
        // On the host's network every port is reachable as it is.
        if (gateway.Ports.Count == 0) networks.Publish(gateway, PortList.Parse(container.Record.Config, container.HostConfig));
        container.Record.Gateway = gateway.Id;
    }

    /// <summary>The daemon was killed in the middle of a connect or disconnect: what the record says is brought about.</summary>
    private async Task RepairNetworksAsync(Container container)
    {
        ContainerRecord record = container.Record;
        record.Gateway ??= GatewayOf(container)?.Id ?? "";
        string gateway = record.Gateway;
        bool repaired = false;
        foreach (Endpoint endpoint in record.Endpoints)
        {
            if (await AttemptAsync(container,
                async () => repaired |= await networks.RepairAsync(endpoint, container.Status.Pid, endpoint.Id == gateway))) continue;
            Attempt(container.Id, "giving up an endpoint", () => networks.Detach(endpoint));
            record.Endpoints = [.. record.Endpoints.Where(other => other != endpoint)];
            repaired = true;
        }
        await AttemptAsync(container, () => SettleGatewayAsync(container));
        if (!repaired && record.Gateway == gateway && !record.NetworkFilesStale) return;
        LogNetworksRepaired(container.Id);
        await AttemptAsync(container, () =>
        {
            SaveWithNetworkFiles(container);
            return Task.CompletedTask;
        });
    }

    private async Task<bool> AttemptAsync(Container container, Func<Task> step)
    {
        try
        {
            await step();
            return true;
        }
        catch (Exception e) when (e is GantryException or KernelException or IOException or UnauthorizedAccessException)
        {
            LogNetworkRepairFailed(container.Id, e);
            return false;
        }
    }
}
