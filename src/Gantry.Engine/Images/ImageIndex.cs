using Gantry.Oci.Image;
using Gantry.Storage.Content;

namespace Gantry.Engine.Images;

/// <summary>What an image's name stands for besides the image itself: an index (image-spec "image-index.md") of it, of the same for other
/// platforms, and of what attests them. All of it is in the content store, byte by byte as registries get it.</summary>
/// <param name="Descriptor">Of the index.</param>
public sealed record ImageIndex(Descriptor Descriptor, IReadOnlyList<IndexedManifest> Manifests)
{
    /// <summary>The platform of what is no image.</summary>
    private const string Unknown = "unknown";

    public IEnumerable<string> Blobs => Manifests.SelectMany(static manifest => manifest.Blobs).Prepend(Descriptor.Digest);

    /// <summary>The images alone.</summary>
    public IEnumerable<IndexedManifest> Images => Manifests.Where(static one => one.Descriptor.Platform?.Os != Unknown);

    /// <exception cref="GantryException">NotFound or Invalid: it, or one of its manifests, is missing or damaged.</exception>
    internal static ImageIndex Read(ContentStore content, Descriptor descriptor)
    {
        Manifest index = ReadManifest(content, descriptor.Digest);
        return new ImageIndex(descriptor, [.. (index.Manifests ?? []).Select(one => IndexedManifest.Of(one,
            ReadManifest(content, one.Digest)))]);
    }

    private static Manifest ReadManifest(ContentStore content, string digest) =>
        ImageDocuments.ReadManifest(content.ReadVerified(digest, ImageRecords.MaxDocumentSize), digest);
}

/// <summary>One of the manifests of an index.</summary>
/// <param name="Descriptor">As the index has it.</param>
public sealed record IndexedManifest(Descriptor Descriptor, Descriptor Config, IReadOnlyList<Descriptor> Layers)
{
    public IEnumerable<string> Blobs => [Descriptor.Digest, Config.Digest, .. Layers.Select(static layer => layer.Digest)];

    internal static IndexedManifest Of(Descriptor descriptor, Manifest manifest) => new(descriptor,
        manifest.Config ?? throw GantryException.Invalid($"manifest {descriptor.Digest} names no configuration"), manifest.Layers ?? []);
}
