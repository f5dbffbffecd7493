namespace Gantry.Engine.Containers;

public sealed partial class ContainerEngine
{
    /// <summary>Freezes every process of the container.</summary>
    public async Task PauseAsync(string reference, CancellationToken cancellation)
    {
        Container container = Store.Find(reference);
        using IDisposable gate = await container.LockAsync(cancellation);
        if (!container.Status.Running || container.Shim is null) throw GantryException.Conflict($"Container {container.Id} is not running");
        if (container.Status.Paused) throw GantryException.Conflict($"Container {container.Id} is already paused");
        await PauseLockedAsync(container, container.Shim, cancellation);
    }

    private async Task PauseLockedAsync(Container container, Shim.ShimControl shim, CancellationToken cancellation)
    {
        await shim.PauseAsync(cancellation);
        container.Status.Paused = true;
        container.Save(durable: false);
        Publish(container, "pause");
    }

    public async Task UnpauseAsync(string reference, CancellationToken cancellation)
    {
        Container container = Store.Find(reference);
        using IDisposable gate = await container.LockAsync(cancellation);
        if (!container.Status.Paused) throw GantryException.Conflict($"Container {container.Id} is not paused");
        await ResumeLockedAsync(container);
    }

    private async Task ResumeLockedAsync(Container container)
    {
        if (container.Shim is { } shim) await shim.ResumeAsync(CancellationToken.None);
        container.Status.Paused = false;
        container.Save(durable: false);
        Publish(container, "unpause");
    }
}
