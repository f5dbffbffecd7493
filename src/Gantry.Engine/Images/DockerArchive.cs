using Gantry.Oci.Image;
using Gantry.Registry;

namespace Gantry.Engine.Images;

/// <summary>Reads what <c>docker save</c> writes: <c>manifest.json</c> lists the images with configuration, layers and names.</summary>
internal static class DockerArchive
{
    public const string ManifestFile = "manifest.json";

    public static IReadOnlyList<ArchivedImage> Read(ImageArchive archive, PlatformChoice wanted)
    {
        IReadOnlyList<DockerArchiveImage> entries =
            ImageDocuments.Read(archive.Document(ManifestFile)!, ImageJson.Default.IReadOnlyListDockerArchiveImage, ManifestFile);
        if (entries.Count == 0) throw GantryException.Invalid($"{ManifestFile} lists no image");
        // Since version 25 the archive is an image layout as well; its manifests are worth keeping, because a push sends them as they are.
        IReadOnlyList<ArchivedImage> layout = archive.Contains(OciArchive.IndexFile) ? OciArchive.Read(archive, wanted) : [];
        return [.. entries.Select(entry => Read(archive, entry, layout))];
    }

    private static ArchivedImage Read(ImageArchive archive, DockerArchiveImage entry, IReadOnlyList<ArchivedImage> layout)
    {
        Descriptor blob = archive.Find(entry.Config)
            ?? throw GantryException.Invalid($"{ManifestFile}: the configuration \"{entry.Config}\" is not in the archive");
        OciImage config = ImageDocuments.ReadConfig(archive.Document(entry.Config)!, entry.Config);
        List<Descriptor> layers = [.. (entry.Layers ?? []).Select(path =>
            archive.Find(path) ?? throw GantryException.Invalid($"{ManifestFile}: the layer \"{path}\" is not in the archive"))];
        int expected = config.RootFs?.DiffIds?.Count ?? 0;
        if (layers.Count != expected)
            throw GantryException.Invalid($"invalid manifest, layers length mismatch: expected {expected}, got {layers.Count}");
        List<Reference> names = [.. (entry.RepoTags ?? []).Select(name => ArchiveName.Parse(name))];
        Descriptor? manifest = layout.FirstOrDefault(image => image.Id == blob.Digest
            && image.Layers.Select(l => l.Digest).SequenceEqual(layers.Select(l => l.Digest)))?.Manifest;
        return new ArchivedImage(blob.Digest, config, layers, names, manifest);
    }
}
