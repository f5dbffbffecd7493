namespace Gantry.Engine.Containers;

public sealed partial class ContainerEngine
{
    /// <summary>Stops it as <see cref="StopAsync"/> does, if it runs, and starts it.</summary>
    public async Task RestartAsync(string reference, string? signal, int? seconds, CancellationToken cancellation)
    {
        Container container = Store.Find(reference);
        await StopIfRunningAsync(container, signal, seconds, cancellation);
        await StartAsync(container.Id, cancellation);
        Publish(container, "restart");
    }
}
