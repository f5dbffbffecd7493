using Gantry.Engine.Containers;
using Gantry.Engine.Images;
using Gantry.Storage.Snapshots;

namespace Gantry.Engine.Host;

/// <summary>Space on the disk, in bytes of whole blocks as du(1) counts it.</summary>
public sealed class StoreUsage(ImageStore images)
{
    public ImageFamily Family { get; } = new(images);

    /// <summary>All layers and archives, also those that no image has, and unfinished downloads.</summary>
    public long Everything() =>
        images.Snapshotter.Layers.Sum(layer => images.Snapshotter.LayerDiskUsage(layer.ChainId)) + images.Content.DiskUsage();

    public long Of(Image image) => Sum(image, static _ => true, static _ => true);

    /// <summary>What would stay if the image alone were removed, because others have it too.</summary>
    public long SharedOf(Image image) => Sum(image, Family.IsSharedLayer, Family.IsSharedBlob);

    public long OfContainer(Container container) => ContainerDiskUsage.Of(container, images.Snapshotter);

    private long Sum(Image image, Func<string, bool> layers, Func<string, bool> blobs) =>
        image.ChainIds.Distinct().Where(layers).Sum(images.Snapshotter.LayerDiskUsage)
            + image.Blobs.Distinct().Where(blobs).Sum(images.Content.DiskUsage);
}
