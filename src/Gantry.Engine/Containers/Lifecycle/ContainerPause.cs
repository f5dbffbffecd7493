namespace Gantry.Engine.Containers.Lifecycle;

/// <summary>Freezes every process of a container, and lets them go on.</summary>
public sealed class ContainerPause(ContainerStore store, ContainerFreeze freeze)
{
    public async Task RunAsync(string reference, CancellationToken cancellation)
    {
        Container container = store.Find(reference);
        using IDisposable gate = await container.LockAsync(cancellation);
        if (container.Status.Restarting)
            throw GantryException.Conflict($"Container {container.Id} is restarting, wait until the container is running");
        if (container.Status.Paused) throw GantryException.Conflict($"Container {container.Id} is already paused");
        if (!await freeze.PauseAsync(container)) throw GantryException.Conflict($"Container {container.Id} is not running");
    }

    public async Task UndoAsync(string reference, CancellationToken cancellation)
    {
        Container container = store.Find(reference);
        using IDisposable gate = await container.LockAsync(cancellation);
        if (!container.Status.Paused || !await freeze.ResumeAsync(container))
            throw GantryException.Conflict($"Container {container.Id} is not paused");
    }
}
