using Gantry.Api.Containers;
using Gantry.Storage.Snapshots;

namespace Gantry.Engine.Containers.Lifecycle;

public sealed class ContainerPrune(ContainerStore store, ContainerRemove remove, ISnapshotter snapshots, ContainerEvents events)
{
    /// <summary>Removes the containers that do not run and that <paramref name="wanted"/> picks.</summary>
    public async Task<ContainersPruneResponse> RunAsync(Func<Container, bool> wanted, CancellationToken cancellation)
    {
        ContainersPruneResponse response = new();
        foreach (Container container in store.All)
        {
            if (container.Status is { Running: true } or { Restarting: true } || !wanted(container)) continue;
            cancellation.ThrowIfCancellationRequested();
            long size = ContainerDiskUsage.Of(container, snapshots);
            try
            {
                await remove.RunAsync(container.Id, force: false, removeVolumes: false, cancellation);
            }
            catch (GantryException)
            {
                continue; // Started or removed meanwhile; or it would not go, and is still there for who asks why.
            }
            (response.ContainersDeleted ??= []).Add(container.Id);
            response.SpaceReclaimed += size;
        }
        events.PublishPrune(response.SpaceReclaimed);
        return response;
    }
}
