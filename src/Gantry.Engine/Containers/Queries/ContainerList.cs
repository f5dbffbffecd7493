using Gantry.Engine.Images;
using Gantry.Storage.Snapshots;

namespace Gantry.Engine.Containers.Queries;

/// <summary>What <c>ps</c> shows. Takes no gate, so that one stuck container never blocks it.</summary>
public sealed class ContainerList(ContainerStore store, ImageStore images, ISnapshotter snapshots, TimeProvider time)
{
    /// <param name="all">Also those that do not run.</param>
    /// <param name="limit">The newest so many, running or not; 0 and below: no limit.</param>
    public List<ListedContainer> Run(bool all, int limit, bool size, IReadOnlyDictionary<string, IReadOnlyList<string>> filters)
    {
        ContainerFilter filter = new(filters, store, images);
        IEnumerable<Container> chosen = store.All
            .Where(container => all || limit > 0 || filter.AsksForStatus || container.Status is { Running: true } or { Restarting: true })
            .Where(container => filter.Matches(container.Record, container.HostConfig))
            .OrderByDescending(container => container.Record.Created);
        if (limit > 0) chosen = chosen.Take(limit);
        return [.. chosen.Select(container => Listed(container, size))];
    }

    private ListedContainer Listed(Container container, bool size)
    {
        ContainerRecord record = container.Record;
        long? own = size ? snapshots.Usage(container.Id) : null;
        return new ListedContainer(record, container.HostConfig, ShownImage(record), [.. PortList.Exposed(record.Config)],
            time.GetUtcNow(), own, own is null ? null : own + (images.Find(record.Image)?.Size ?? 0));
    }

    /// <summary>The name given at create as long as it means that image: neither another by now, nor none.</summary>
    private string ShownImage(ContainerRecord record) =>
        images.TryResolve(record.Config.Image)?.Id == record.Image ? record.Config.Image : record.Image;
}
