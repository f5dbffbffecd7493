namespace Gantry.Engine.Containers.Streams;

public sealed class ContainerResize(ContainerStore store, ContainerEvents events)
{
    /// <summary>Tells the container's terminal its size in characters.</summary>
    public async Task RunAsync(string reference, ushort rows, ushort columns, CancellationToken cancellation)
    {
        Container container = store.Find(reference);
        // Without the gate, which a commit may hold for long: a window's size is soon out of date.
        if (!await container.WhileItLivesAsync(shim => shim.ResizeAsync(rows, columns, execId: null, cancellation)))
            throw GantryException.Conflict($"Container {container.Id} is not running");
        events.Publish(container, "resize", ("height", rows.ToString()), ("width", columns.ToString()));
    }
}
