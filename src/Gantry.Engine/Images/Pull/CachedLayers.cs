using Gantry.Oci.Image;
using Gantry.Storage.Archives;
using Gantry.Storage.Content;
using Gantry.Storage.Roots;
using Gantry.Storage.Snapshots;

namespace Gantry.Engine.Images.Pull;

/// <summary>What a build has left elsewhere: images that nobody here shall know, whose layers come when they are wanted.</summary>
/// <remarks>Everything that comes is hostile: documents are bounded, layers are what their digests say, or are not taken.</remarks>
public abstract class CachedLayers(ImageStore store, Lease lease) : IDisposable
{
    /// <summary>Images that are looked at: a build has as many stages, and no more.</summary>
    private const int MaxImages = 2000;

    private readonly KeyedGate _turns = new();

    protected ImageStore Store => store;

    protected Lease Lease => lease;

    /// <summary>What there is, in no order.</summary>
    /// <exception cref="GantryException">It cannot be had, or is no cache.</exception>
    public async Task<IReadOnlyList<CachedImage>> ReadAsync(CancellationToken cancellation)
    {
        Manifest top = ImageDocuments.ReadManifest(await TopAsync(cancellation), "of the cache");
        if (!top.IsIndex) return [await ReadAsync(top, cancellation)];
        List<CachedImage> images = [];
        // A layout, and an index that other things are in too: BuildKit's own cache has layers there.
        foreach (Descriptor one in top.Manifests!.Take(MaxImages))
            if (Digest.IsValid(one.Digest) && one.MediaType is MediaTypes.Manifest or MediaTypes.DockerManifest)
                images.Add(await ReadAsync(ImageDocuments.ReadManifest(await DocumentAsync(one, cancellation), one.Digest), cancellation));
        return images.Count > 0 ? images : throw GantryException.Unsupported(
            "it lists no images: a cache in BuildKit's own form is not read");
    }

    /// <summary>Makes a layer be here, unpacked over what it stands on, which is.</summary>
    /// <param name="blob">Of one of the images.</param>
    /// <param name="chain">Its chain ID.</param>
    /// <param name="parent">Chain ID below; null for the lowest.</param>
    public async Task FetchAsync(Descriptor blob, string diffId, string chain, string? parent, CancellationToken cancellation)
    {
        lease.PinBlob(blob.Digest);
        lease.PinLayer(chain);
        using IDisposable turn = await _turns.EnterAsync(blob.Digest, cancellation);
        if (!store.Content.Contains(blob.Digest)) await TakeAsync(blob, cancellation);
        if (store.Snapshotter.Contains(chain)) return;
        await Task.Factory.StartNew(() =>
        {
            using FileStream archive = store.Content.Open(blob.Digest);
            using ILayerUnpack unpack = store.Snapshotter.Unpack(parent);
            unpack.Apply(Decompression.Open(archive), cancellation);
            unpack.Commit(chain, diffId);
        }, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    public virtual void Dispose() => GC.SuppressFinalize(this);

    /// <summary>The manifest, or the index.</summary>
    protected abstract Task<byte[]> TopAsync(CancellationToken cancellation);

    /// <summary>What is small enough to be read whole; it is what its digest says.</summary>
    protected abstract Task<byte[]> DocumentAsync(Descriptor document, CancellationToken cancellation);

    /// <summary>Puts a blob into the content store, pinned.</summary>
    protected abstract Task TakeAsync(Descriptor blob, CancellationToken cancellation);

    private async Task<CachedImage> ReadAsync(Manifest manifest, CancellationToken cancellation)
    {
        Descriptor config = manifest.Config is { MediaType: null or MediaTypes.Config or MediaTypes.DockerConfig } known
            && Digest.IsValid(known.Digest) ? known : throw GantryException.Unsupported("it is of no image");
        OciImage image = ImageDocuments.ReadConfig(await DocumentAsync(config, cancellation), config.Digest);
        IReadOnlyList<Descriptor> layers = manifest.Layers ?? [];
        if (layers.Count != (image.RootFs?.DiffIds?.Count ?? 0) || layers.Any(layer => !Digest.IsValid(layer.Digest) || layer.Size < 0))
            throw GantryException.Invalid($"{config.Digest} has not the layers that its manifest lists");
        return new CachedImage(config.Digest, image, layers);
    }
}
