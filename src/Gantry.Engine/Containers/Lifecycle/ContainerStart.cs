namespace Gantry.Engine.Containers.Lifecycle;

public sealed class ContainerStart(ContainerStore store, ContainerSupervision supervision)
{
    /// <exception cref="GantryException">NotModified when it runs already; else what stood in the way,
    /// with nothing left behind.</exception>
    public async Task RunAsync(string reference, CancellationToken cancellation)
    {
        Container container = store.Find(reference);
        using IDisposable gate = await container.LockAsync(cancellation);
        ContainerStatus status = container.Status;
        if (status.Paused) throw GantryException.Conflict("cannot start a paused container, try unpause instead");
        // Between two runs too, as with docker: the next one comes by itself.
        if (status.Running || status.Restarting)
            throw new GantryException(ErrorKind.NotModified, $"container {container.Id} is already running");
        if (status.RemovalInProgress) throw GantryException.Conflict("container is marked for removal and cannot be started");
        container.Restart.Cancel();
        container.Change(record => record with { StoppedByHand = false, RestartCount = 0 });
        await supervision.StartAsync(container);
    }
}
