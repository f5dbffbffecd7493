using System.Text.Json;
using Gantry.Oci.Image;
using Gantry.Registry;
using Gantry.Storage.Archives;
using Gantry.Storage.Content;
using Gantry.Storage.Snapshots;

namespace Gantry.Engine.Images;

/// <summary>Makes an image that is another one and a layer more.</summary>
/// <param name="parentId">The image below.</param>
internal sealed class ImageCommit(ImageStore store, string parentId)
{
    private const int BufferSize = 256 << 10;

    public Reference? Name { get; init; }
    public required ImageConfig Config { get; init; }
    public string Author { get; init; } = "";
    public string Comment { get; init; } = "";
    public string ContainerId { get; init; } = "";
    /// <summary>For the history: what ran in the container.</summary>
    public string Command { get; init; } = "";

    /// <param name="writeLayer">Writes the layer; one without a member is left out of the image.</param>
    public Image Run(Action<TreeArchive> writeLayer, CancellationToken cancellation)
    {
        try
        {
            return Commit(writeLayer, cancellation);
        }
        catch (IOException e)
        {
            throw DiskFailure.Of("commit", e);
        }
    }

    private Image Commit(Action<TreeArchive> writeLayer, CancellationToken cancellation)
    {
        using ImageLease lease = store.Lease();
        Image parent = Pin(lease);
        Descriptor? layer = TakeLayer(writeLayer, lease);
        if (layer is not null) Unpack(parent, layer.Digest, lease, cancellation);
        string id =
            store.Content.Put(JsonSerializer.SerializeToUtf8Bytes(Describe(parent, layer), ImageJson.Default.OciImage), lease.PinBlob);
        List<Descriptor> layers = [.. parent.Layers];
        if (layer is not null) layers.Add(layer);
        (Image image, _) = store.Add(id, ImageManifest.Put(store.Content, lease, id, layers), Name is null ? [] : [Name]);
        if (Name is not null) store.Tag(id, Name.Name, Name.Tag);
        return image;
    }

    private Image Pin(ImageLease lease)
    {
        if (store.Find(parentId) is null)
            throw GantryException.Conflict(
                $"the image {parentId[7..19]} that the container was made from has been removed: load or pull it again, then commit");
        Image parent = store.ResolveAndPin(parentId, lease);
        foreach (string chain in parent.ChainIds) lease.PinChain(chain);
        return parent;
    }

    private Descriptor? TakeLayer(Action<TreeArchive> writeLayer, ImageLease lease)
    {
        using ContentWriter blob = store.Content.Begin();
        using BufferedStream buffer = new(new ContentWriterStream(blob), BufferSize);
        TreeArchive archive;
        using (TarWriter tar = new(buffer))
        {
            archive = new TreeArchive(tar);
            writeLayer(archive);
        }
        return archive.Count == 0 ? null : new Descriptor { Digest = blob.Commit(null, lease.PinBlob), Size = blob.Length };
    }

    private void Unpack(Image parent, string diffId, ImageLease lease, CancellationToken cancellation)
    {
        string chain = Digest.ChainIds([.. parent.DiffIds, diffId])[^1];
        lease.PinChain(chain);
        if (store.Snapshotter.Contains(chain)) return;
        using ILayerUnpack unpack = store.Snapshotter.Unpack(parent.ChainIds.Count > 0 ? parent.ChainIds[^1] : null);
        unpack.Apply(store.Content.Open(diffId), cancellation);
        unpack.Commit(chain, diffId);
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
