using Gantry.Linux;
using System.Text.Json;
using Gantry.Oci.Image;
using Gantry.Registry;
using Gantry.Storage.Captures;
using Gantry.Storage.Roots;
using Gantry.Storage.Snapshots;

namespace Gantry.Engine.Images;

/// <summary>Makes an image that is another one and a layer more.</summary>
/// <param name="parentId">The image below.</param>
/// <param name="key">The writable layer.</param>
/// <param name="made">As in <see cref="ISnapshotter.Compare"/>.</param>
internal sealed class ImageCommit(ImageStore store, string parentId, string key, IReadOnlySet<string> made)
{
    public Reference? Name { get; init; }
    public required ImageConfig Config { get; init; }
    public string Author { get; init; } = "";
    public string Comment { get; init; } = "";
    public string ContainerId { get; init; } = "";
    /// <summary>For the history: what ran in the container.</summary>
    public string Command { get; init; } = "";

    public Image Run(CancellationToken cancellation)
    {
        try
        {
            return Commit(cancellation);
        }
        catch (IOException e)
        {
            throw Failure.Of("commit", e);
        }
    }

    private Image Commit(CancellationToken cancellation)
    {
        using Lease lease = store.Leases.Open();
        Image parent = Pin(lease);
        Descriptor? layer = new LayerCapture(store.Content, store.Snapshotter, made)
            .Take(key, parent.DiffIds, keep: true, lease, cancellation);
        string id =
            store.Content.Put(JsonSerializer.SerializeToUtf8Bytes(Describe(parent, layer), ImageJson.Default.OciImage), lease.PinBlob);
        List<Descriptor> layers = [.. parent.Layers];
        if (layer is not null) layers.Add(layer);
        (Image image, _) = store.Add(id, ImageManifest.Put(store.Content, lease, id, layers), Name is null ? [] : [Name]);
        if (Name is not null) store.Tag(id, Name.Name, Name.Tag);
        return image;
    }

    private Image Pin(Lease lease)
    {
        if (store.Find(parentId) is null)
            throw GantryException.Conflict(
                $"the image {parentId[7..19]} that the container was made from has been removed: load or pull it again, then commit");
        return store.Names.ResolveAndPin(parentId, lease);
    }

    private OciImage Describe(Image parent, Descriptor? layer)
    {
        DateTimeOffset now = store.Time.GetUtcNow();
        return parent.Config with
        {
            Created = now, Author = Author.Length > 0 ? Author : null, Config = Config, Comment = Comment, Container = ContainerId,
            DockerVersion = null,
            RootFs = new ImageRootFs { DiffIds = layer is null ? parent.DiffIds : [.. parent.DiffIds, layer.Digest] },
            History =
            [
                .. parent.Config.History ?? [],
                new ImageHistory { Created = now, CreatedBy = Command, Author = Author.Length > 0 ? Author : null,
                    Comment = Comment.Length > 0 ? Comment : null, EmptyLayer = layer is null },
            ],
        };
    }
}
