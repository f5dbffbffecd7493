namespace Gantry.Engine.Containers.Lifecycle;

public sealed class ContainerRestart(ContainerStore store, ContainerStop stop, ContainerStart start, ContainerEvents events)
{
    /// <summary>Stops it as <see cref="ContainerStop"/> does, if it runs, and starts it. Once begun it is finished,
    /// also without who asked for it.</summary>
    public async Task RunAsync(string reference, string? signal, int? seconds, CancellationToken cancellation)
    {
        Container container = store.Find(reference);
        try
        {
            await stop.IfRunningAsync(container, signal, seconds, restarts: true, cancellation);
            await start.RunAsync(container.Id, CancellationToken.None);
        }
        catch (GantryException e)
        {
            throw new GantryException(e.Kind, $"Cannot restart container {reference}: {e.Message}", e);
        }
        finally
        {
            container.StaysAtExit = false;
        }
        events.Publish(container, "restart");
    }
}
