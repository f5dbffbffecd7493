namespace Gantry.Engine.Containers;

public sealed partial class ContainerEngine
{
    /// <summary>Freezes every process of the container.</summary>
    public async Task PauseAsync(string reference, CancellationToken cancellation)
    {
        Container container = Store.Find(reference);
        using IDisposable gate = await container.LockAsync(cancellation);
        if (container.Status.Restarting)
            throw GantryException.Conflict($"Container {container.Id} is restarting, wait until the container is running");
        if (container.Status.Paused) throw GantryException.Conflict($"Container {container.Id} is already paused");
        if (!await PauseLockedAsync(container)) throw GantryException.Conflict($"Container {container.Id} is not running");
    }

    /// <returns>False when it does not run (any more).</returns>
    private async Task<bool> PauseLockedAsync(Container container)
    {
        // Once begun it is finished: a container that stands still and is not known to would never go on.
        if (!await WhileItLivesAsync(container, shim => shim.PauseAsync(CancellationToken.None))) return false;
        container.Status.Paused = true;
        container.Save(durable: false);
        Publish(container, "pause");
        return true;
    }

    public async Task UnpauseAsync(string reference, CancellationToken cancellation)
    {
        Container container = Store.Find(reference);
        using IDisposable gate = await container.LockAsync(cancellation);
        if (!container.Status.Paused || !await ResumeLockedAsync(container))
            throw GantryException.Conflict($"Container {container.Id} is not paused");
    }

    /// <returns>False when it does not run any more.</returns>
    private async Task<bool> ResumeLockedAsync(Container container)
    {
        if (!await WhileItLivesAsync(container, shim => shim.ResumeAsync(CancellationToken.None))) return false;
        container.Status.Paused = false;
        container.Save(durable: false);
        Publish(container, "unpause");
        return true;
    }
}
