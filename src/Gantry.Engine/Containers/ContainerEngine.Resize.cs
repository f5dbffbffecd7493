namespace Gantry.Engine.Containers;

public sealed partial class ContainerEngine
{
    /// <summary>Tells the container's terminal its size in characters.</summary>
    public async Task ResizeAsync(string reference, ushort rows, ushort columns, CancellationToken cancellation)
    {
        Container container = Store.Find(reference);
        if (container.Shim is not { } shim) throw GantryException.Conflict($"Container {container.Id} is not running");
        await shim.ResizeAsync(rows, columns, execId: null, cancellation);
        Publish(container, "resize", ("height", rows.ToString()), ("width", columns.ToString()));
    }
}
