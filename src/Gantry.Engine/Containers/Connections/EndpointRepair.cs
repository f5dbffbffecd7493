using Gantry.Linux;
using Gantry.Network;
using Gantry.Network.Endpoints;
using Microsoft.Extensions.Logging;

namespace Gantry.Engine.Containers.Connections;

/// <summary>The daemon was killed in the middle of a connect or disconnect: what the record says is brought about.</summary>
public sealed class EndpointRepair(NetworkController networks, ContainerEndpoints endpoints, NetworkFiles files, ILogger log)
{
    public async Task RunAsync(Container container)
    {
        string gateway = container.Record.Gateway ?? endpoints.GatewayOf(container)?.Id ?? "";
        container.Change(record => record with { Gateway = gateway });
        bool repaired = false;
        foreach (Endpoint endpoint in container.Record.Endpoints)
        {
            if (await AttemptAsync(container, async () =>
                    repaired |= await networks.RepairAsync(endpoint, container.Status.Pid, endpoint.Id == gateway))) continue;
            log.Attempt(container.Id, "giving up an endpoint", () => networks.Detach(endpoint));
            container.Change(record => record with { Endpoints = [.. record.Endpoints.Where(other => other != endpoint)] });
            repaired = true;
        }
        await AttemptAsync(container, () => endpoints.SettleGatewayAsync(container));
        if (!repaired && container.Record.Gateway == gateway && !container.Record.NetworkFilesStale) return;
        log.NetworksRepaired(container.Id);
        await AttemptAsync(container, () =>
        {
            files.SaveWith(container);
            return Task.CompletedTask;
        });
    }

    /// <returns>False when it failed, which has been logged.</returns>
    public async Task<bool> AttemptAsync(Container container, Func<Task> step)
    {
        try
        {
            await step();
            return true;
        }
        catch (Exception e) when (Expected.Any(e))
        {
            log.NetworkRepairFailed(container.Id, e);
            return false;
        }
    }
}
