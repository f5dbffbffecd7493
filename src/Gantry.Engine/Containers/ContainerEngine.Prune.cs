using Gantry.Api.Containers;

namespace Gantry.Engine.Containers;

public sealed partial class ContainerEngine
{
    /// <summary>Removes the containers that do not run and that <paramref name="wanted"/> picks.</summary>
    public async Task<ContainersPruneResponse> PruneAsync(Func<Container, bool> wanted, CancellationToken cancellation)
    {
        ContainersPruneResponse response = new();
        foreach (Container container in Store.All)
        {
            if (container.Status.Running || container.Status.Restarting || !wanted(container)) continue;
            cancellation.ThrowIfCancellationRequested();
            long size = snapshots.Usage(container.Id);
            try
            {
                await RemoveAsync(container.Id, force: false, removeVolumes: false, cancellation);
            }
            catch (GantryException)
            {
                continue; // Started or removed meanwhile; or it would not go, and is still there for who asks why.
            }
            (response.ContainersDeleted ??= []).Add(container.Id);
            response.SpaceReclaimed += size;
        }
        events.Publish("container", "prune", "", new Dictionary<string, string> { ["reclaimed"] = $"{response.SpaceReclaimed}" });
        return response;
    }
}
