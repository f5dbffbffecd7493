namespace Gantry.Engine.Containers;

public sealed partial class ContainerEngine
{
    /// <summary>Tells the container's terminal its size in characters.</summary>
    public async Task ResizeAsync(string reference, ushort rows, ushort columns, CancellationToken cancellation)
    {
        Container container = Store.Find(reference);
        // Without the gate, which a commit may hold for long: a window's size is soon out of date.
        if (!await WhileItLivesAsync(container, shim => shim.ResizeAsync(rows, columns, execId: null, cancellation)))
            throw GantryException.Conflict($"Container {container.Id} is not running");
        Publish(container, "resize", ("height", rows.ToString()), ("width", columns.ToString()));
    }
}
