using Gantry.Engine.Images;
using Gantry.Storage.Snapshots;

namespace Gantry.Engine.Containers.Queries;

/// <summary>All that is known of one container. Takes no gate, as <see cref="ContainerList"/>.</summary>
public sealed class ContainerInspect(ContainerStore store, ImageStore images, ISnapshotter snapshots)
{
    public ContainerDetails Run(string reference, bool size)
    {
        Container container = store.Find(reference);
        ContainerRecord record = container.Record;
        long? own = size ? snapshots.Usage(container.Id) : null;
        return new ContainerDetails(record, container.HostConfig, container.Paths, [.. container.Execs.RunningIds],
            snapshots.Describe(container.Id), [.. PortList.Exposed(record.Config)], own,
            own is null ? null : own + (images.Find(record.Image)?.Size ?? 0));
    }
}
