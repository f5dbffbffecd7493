using System.Text.Json;
using Gantry.Engine.Images.Push;
using Gantry.Oci.Image;
using Gantry.Registry;
using Gantry.Storage.Roots;

namespace Gantry.Engine.Images.Indexes;

/// <summary>Images of one build as an index. It names manifests by their digests, so their layers are compressed here and now, and a push
/// sends what there is.</summary>
/// <param name="annotations">Of the index.</param>
public sealed class IndexAssembly(ImageStore store, CompressionKind compression, IReadOnlyDictionary<string, string> annotations)
{
    /// <summary>The image for this machine's platform, or the first, is known by its names afterwards, and has the index.</summary>
    public async Task<Image> RunAsync(IReadOnlyList<IndexPart> parts, IReadOnlyList<Reference> names, Lease lease,
        CancellationToken cancellation)
    {
        (IndexPart main, Descriptor manifest, Descriptor index) = await PutAsync(parts, lease, cancellation);
        (Image image, _) = store.Add(main.Image.Id, manifest, []);
        if (image.Index?.Descriptor.Digest != index.Digest) image = store.Forms.Replace(image, manifest, index);
        foreach (Reference name in names) store.Tag(image.Id, name.Name, name.Tag);
        return image;
    }

    /// <summary>One that nobody here shall know: as long as the lease lasts it is whole.</summary>
    /// <inheritdoc cref="RunAsync"/>
    public async Task<Image> DescribeAsync(IReadOnlyList<IndexPart> parts, Lease lease, CancellationToken cancellation)
    {
        (IndexPart main, Descriptor manifest, Descriptor index) = await PutAsync(parts, lease, cancellation);
        return store.Describe(main.Image.Id, manifest, index);
    }

    private async Task<(IndexPart Main, Descriptor Manifest, Descriptor Index)> PutAsync(IReadOnlyList<IndexPart> parts, Lease lease,
        CancellationToken cancellation)
    {
        List<Descriptor> images = [], attested = [];
        foreach (IndexPart part in parts)
        {
            Descriptor manifest = await PutAsync(part, lease, cancellation);
            images.Add(manifest with { Platform = part.InIndex, Annotations = Sorted(part.DescriptorAnnotations) });
            if (part.Attest(manifest.Digest) is { Count: > 0 } statements)
                attested.Add(AttestationManifest.Put(store.Content, lease, manifest.Digest, statements));
        }
        Manifest index = new() { MediaType = MediaTypes.Index, Manifests = [.. images, .. attested], Annotations = Sorted(annotations) };
        byte[] bytes = JsonSerializer.SerializeToUtf8Bytes(index, ImageJson.Default.Manifest);
        string digest = store.Content.Put(bytes, lease.PinBlob);
        Descriptor descriptor = new() { MediaType = MediaTypes.Index, Digest = digest, Size = bytes.Length };
        int main = Math.Max(0, parts.ToList().FindIndex(static part => PlatformChoice.Parse(null)
            .Fits(part.InIndex.Os, part.InIndex.Architecture, part.InIndex.Variant)));
        return (parts[main], images[main] with { Platform = null, Annotations = null }, descriptor);
    }

    private async Task<Descriptor> PutAsync(IndexPart part, Lease lease, CancellationToken cancellation)
    {
        Image image = part.Image;
        store.Archives.Require(image, lease);
        LayerCompress compress = new(store, lease);
        Descriptor[] layers = [.. image.Layers];
        await Parallel.ForAsync(0, layers.Length, cancellation, async (i, stop) =>
        {
            if (compression.Wants(layers[i]))
                layers[i] = await compress.RunAsync(layers[i], image.DiffIds[i], compression, static _ => { }, stop);
        });
        return ImageManifest.Put(store.Content, lease, image.Id, layers, part.Annotations);
    }

    private static SortedDictionary<string, string>? Sorted(IReadOnlyDictionary<string, string> annotations) =>
        annotations.Count == 0 ? null : new SortedDictionary<string, string>(annotations.ToDictionary(), StringComparer.Ordinal);
}
