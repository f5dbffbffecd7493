using Gantry.Oci.Image;
using Gantry.Storage.Content;
using Gantry.Storage.Roots;

namespace Gantry.Engine.Images.Pull;

/// <summary>An image of a layout that somebody else has: what of it is not here is fetched, and no image of it is known
/// afterwards.</summary>
/// <param name="lease">Pins what it is made of.</param>
/// <param name="read">Writes a blob, by its digest, to a stream; what it writes is checked here.</param>
public sealed class LayoutImage(ContentStore content, Lease lease, Func<string, Stream, CancellationToken, Task> read)
{
    private const int MaxDepth = 8, MaxLayers = 500;
    private const long MaxLayerSize = 64L << 30;

    /// <param name="digest">Of its manifest, or of an index.</param>
    /// <param name="platform">Null for that of this host.</param>
    /// <returns>Its layers, bottom first, by their diff IDs; their archives are in the content store.</returns>
    /// <exception cref="GantryException">Invalid: it is damaged, or no image; NotFound: it has none for this platform.</exception>
    public async Task<IReadOnlyList<(string DiffId, Descriptor Blob)>> FetchAsync(string digest, string? platform,
        CancellationToken cancellation)
    {
        PlatformChoice choice = PlatformChoice.Parse(platform);
        Manifest manifest = await ManifestAsync(digest, cancellation);
        for (int depth = 0; manifest.IsIndex; depth++)
        {
            if (depth == MaxDepth) throw GantryException.Invalid($"{digest}: indexes are nested more than {MaxDepth} deep");
            manifest = await ManifestAsync(choice.Choose(manifest.Manifests!).Digest, cancellation);
        }
        string configuration = manifest.Config?.Digest ?? throw GantryException.Invalid($"{digest} is no manifest of an image");
        OciImage image = ImageDocuments.ReadConfig(await DocumentAsync(configuration, cancellation), configuration);
        IReadOnlyList<Descriptor> blobs = manifest.Layers ?? [];
        IReadOnlyList<string> diffIds = image.RootFs?.DiffIds ?? [];
        if (blobs.Count != diffIds.Count)
            throw GantryException.Invalid($"{digest}: the manifest lists {blobs.Count} layers and the configuration {diffIds.Count}");
        if (blobs.Count > MaxLayers) throw GantryException.Invalid($"{digest} has {blobs.Count} layers: at most {MaxLayers} are taken");
        foreach (Descriptor blob in blobs) await LayerAsync(blob, cancellation);
        return [.. diffIds.Zip(blobs)];
    }

    private async Task<Manifest> ManifestAsync(string digest, CancellationToken cancellation) =>
        ImageDocuments.ReadManifest(await DocumentAsync(digest, cancellation), digest);

    private async Task<byte[]> DocumentAsync(string digest, CancellationToken cancellation)
    {
        Check(digest);
        lease.PinBlob(digest);
        if (!content.Contains(digest)) await FetchAsync(digest, ImageRecords.MaxDocumentSize, cancellation);
        return content.Read(digest, ImageRecords.MaxDocumentSize);
    }

    private async Task LayerAsync(Descriptor blob, CancellationToken cancellation)
    {
        Check(blob.Digest);
        if (blob.Size is < 0 or > MaxLayerSize)
            throw GantryException.Invalid($"layer {blob.Digest} has {blob.Size} bytes: at most {MaxLayerSize} are taken");
        lease.PinBlob(blob.Digest);
        if (!content.Contains(blob.Digest)) await FetchAsync(blob.Digest, blob.Size, cancellation);
    }

    private async Task FetchAsync(string digest, long most, CancellationToken cancellation)
    {
        using ContentWriter blob = content.Begin();
        await using (BoundedContent bounded = new(blob, digest, most)) await read(digest, bounded, cancellation);
        blob.Commit(digest, lease.PinBlob);
    }

    private static void Check(string digest)
    {
        if (!Digest.IsValid(digest)) throw GantryException.Invalid($"\"{digest}\" is no digest of a blob");
    }
}
