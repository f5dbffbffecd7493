namespace Gantry.Engine.Containers;

public sealed partial class ContainerEngine
{
    /// <summary>Stops it as <see cref="StopAsync"/> does, if it runs, and starts it. Once begun it is finished,
    /// also without who asked for it.</summary>
    public async Task RestartAsync(string reference, string? signal, int? seconds, CancellationToken cancellation)
    {
        Container container = Store.Find(reference);
        try
        {
            await StopIfRunningAsync(container, signal, seconds, restarts: true, cancellation);
            await StartAsync(container.Id, CancellationToken.None);
        }
        finally
        {
            container.StaysAtExit = false;
        }
        Publish(container, "restart");
    }
}
