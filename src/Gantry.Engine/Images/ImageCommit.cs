using Gantry.Linux;
using System.Text.Json;
using Gantry.Oci.Image;
using Gantry.Registry;
using Gantry.Storage.Archives;
using Gantry.Storage.Content;
using Gantry.Storage.Roots;
using Gantry.Storage.Snapshots;

namespace Gantry.Engine.Images;

/// <summary>Makes an image that is another one and a layer more.</summary>
/// <param name="parentId">The image below.</param>
/// <param name="key">The writable layer.</param>
/// <param name="made">As in <see cref="ISnapshotter.Compare"/>.</param>
internal sealed class ImageCommit(ImageStore store, string parentId, string key, IReadOnlySet<string> made)
{
    private const int BufferSize = 256 << 10;

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
        Descriptor? layer = TakeLayer(parent, lease, cancellation);
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

    /// <returns>Null for one without a member: it is left out of the image.</returns>
    private Descriptor? TakeLayer(Image parent, Lease lease, CancellationToken cancellation)
    {
        ISealedLayer? layer;
        try
        {
            layer = store.Snapshotter.Seal(key, made, keep: true);
        }
        catch (GantryException e) when (e.Kind == ErrorKind.Unsupported)
        {
            return WriteAndUnpack(parent, lease, cancellation);
        }
        if (layer is null) return null;
        using (layer)
        {
            string chain = Digest.ChainIds([.. parent.DiffIds, layer.DiffId])[^1];
            lease.PinLayer(chain);
            lease.PinBlob(layer.DiffId);
            if (!store.Snapshotter.Contains(chain)) layer.Commit(chain);
            // The one that is there may have come compressed: from it the archive cannot be made.
            if (store.Snapshotter.Layer(chain)?.LeftOut is null && !store.Content.Contains(layer.DiffId))
                return WriteAndUnpack(parent, lease, cancellation);
            return new Descriptor { Digest = layer.DiffId, Size = layer.ArchiveSize };
        }
    }

    private Descriptor? WriteAndUnpack(Image parent, Lease lease, CancellationToken cancellation)
    {
        using ContentWriter blob = store.Content.Begin();
        using BufferedStream buffer = new(new ContentWriterStream(blob), BufferSize);
        TreeArchive archive;
        using (TarWriter tar = new(buffer))
        {
            archive = new TreeArchive(tar);
            store.Snapshotter.Compare(key, made, directoryTimes: true, change =>
            {
                if (change.Kind == ChangeKind.Deleted) archive.AddWhiteout(change.Path);
                else archive.Add(change.Parent, change.Name, change.Path, change.Status);
            });
        }
        if (archive.Count == 0) return null;
        string diffId = blob.Commit(null, lease.PinBlob), chain = Digest.ChainIds([.. parent.DiffIds, diffId])[^1];
        lease.PinLayer(chain);
        if (!store.Snapshotter.Contains(chain))
        {
            using ILayerUnpack unpack = store.Snapshotter.Unpack(parent.ChainIds.Count > 0 ? parent.ChainIds[^1] : null);
            unpack.Apply(store.Content.Open(diffId), cancellation);
            unpack.Commit(chain, diffId);
        }
        return new Descriptor { Digest = diffId, Size = blob.Length };
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
