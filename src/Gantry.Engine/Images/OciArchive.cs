using Gantry.Oci.Image;
using Gantry.Registry;

namespace Gantry.Engine.Images;

/// <summary>Reads an image layout (image-spec "image-layout.md") that was put into a tar archive.</summary>
internal static class OciArchive
{
    public const string IndexFile = "index.json", LayoutFile = "oci-layout";
    private const int MaxDepth = 8;

    /// <summary>The images for one platform; those for others, signatures and attestations are passed over.</summary>
    public static IReadOnlyList<ArchivedImage> Read(ImageArchive archive, PlatformChoice wanted)
    {
        List<ArchivedImage> images = [];
        Manifest index = ImageDocuments.ReadManifest(archive.Document(IndexFile)!, IndexFile);
        Collect(archive, wanted, index.Manifests ?? [], [], images, 0);
        return images;
    }

    private static void Collect(ImageArchive archive, PlatformChoice wanted, IReadOnlyList<Descriptor> descriptors,
        IReadOnlyList<Reference> names, List<ArchivedImage> images, int depth)
    {
        if (depth > MaxDepth) throw GantryException.Invalid($"{IndexFile}: indexes are nested more than {MaxDepth} deep");
        foreach (Descriptor descriptor in descriptors)
        {
            if (descriptor.Platform is { } platform && !wanted.Fits(platform.Os, platform.Architecture, platform.Variant)) continue;
            string path = BlobPath(descriptor.Digest);
            // An index may list more than was put into the archive.
            if (archive.Document(path) is not { } content) continue;
            if (archive.Find(path)!.Digest != descriptor.Digest)
                throw GantryException.Invalid($"archive: \"{path}\" does not match its digest");
            Manifest manifest = ImageDocuments.ReadManifest(content, descriptor.Digest);
            IReadOnlyList<Reference> known = NameOf(descriptor) is { } name ? [name] : names;
            if (manifest.IsIndex) Collect(archive, wanted, manifest.Manifests!, known, images, depth + 1);
            else if (manifest.Config?.MediaType is MediaTypes.Config or MediaTypes.DockerConfig or null)
                Add(archive, manifest, descriptor with { Size = content.Length }, known, images);
        }
    }

    private static void Add(ImageArchive archive, Manifest manifest, Descriptor descriptor, IReadOnlyList<Reference> names,
        List<ArchivedImage> images)
    {
        Descriptor config = manifest.Config ?? throw GantryException.Invalid($"manifest {descriptor.Digest} names no configuration");
        byte[] content = archive.Document(BlobPath(config.Digest))
            ?? throw GantryException.Invalid($"manifest {descriptor.Digest}: the configuration {config.Digest} is not in the archive");
        string id = archive.Find(BlobPath(config.Digest))!.Digest;
        if (id != config.Digest) throw GantryException.Invalid($"archive: \"{BlobPath(config.Digest)}\" does not match its digest");
        OciImage image = ImageDocuments.ReadConfig(content, id);
        List<Descriptor> layers = [];
        foreach (Descriptor layer in manifest.Layers ?? [])
        {
            Descriptor blob = archive.Find(BlobPath(layer.Digest))
                ?? throw GantryException.Invalid($"manifest {descriptor.Digest}: the layer {layer.Digest} is not in the archive");
            layers.Add(blob.Digest == layer.Digest ? layer with { Size = blob.Size }
                : throw GantryException.Invalid($"archive: \"{BlobPath(layer.Digest)}\" does not match its digest"));
        }
        int expected = image.RootFs?.DiffIds?.Count ?? 0;
        if (layers.Count != expected)
            throw GantryException.Invalid($"invalid manifest, layers length mismatch: expected {expected}, got {layers.Count}");
        int same = images.FindIndex(other => other.Id == id);
        if (same >= 0) images[same] = images[same] with { Names = [.. images[same].Names.Union(names)] };
        else
            images.Add(new ArchivedImage(id, image, layers, names,
                new Descriptor { MediaType = descriptor.MediaType ?? manifest.MediaType ?? MediaTypes.Manifest, Digest = descriptor.Digest,
                    Size = descriptor.Size }));
    }

    private static string BlobPath(string digest) => "blobs/sha256/" + Digest.Hex(digest);

    /// <summary>The whole name where a tool gave one. A bare tag names nothing without a repository.</summary>
    private static Reference? NameOf(Descriptor descriptor)
    {
        if (descriptor.Annotations is not { } annotations) return null;
        if (annotations.TryGetValue(LayoutAnnotations.ContainerdName, out string? name)
            && Reference.TryParse(name, out Reference? reference)) return ArchiveName.Of(reference!, name, descriptor.Digest);
        if (!annotations.TryGetValue(LayoutAnnotations.RefName, out name) || !name.AsSpan().ContainsAny('/', ':')) return null;
        return Reference.TryParse(name, out reference) ? ArchiveName.Of(reference!, name, descriptor.Digest) : null;
    }
}
