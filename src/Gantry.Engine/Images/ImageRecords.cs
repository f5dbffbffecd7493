using Gantry.Linux.Processes;
using Gantry.Linux.Trees;
using Gantry.Oci.Image;
using Gantry.Registry;
using Gantry.Storage.Content;
using Gantry.Storage.Snapshots;

namespace Gantry.Engine.Images;

/// <summary>The records of images on disk, and what they and the content make of an image.</summary>
internal sealed class ImageRecords
{
    /// <summary>More than any real configuration or manifest has; keeps a hostile one out of memory.</summary>
    public const int MaxDocumentSize = 8 << 20;

    private readonly ContentStore _content;
    private readonly ISnapshotter _snapshotter;

    public ImageRecords(string directory, ContentStore content, ISnapshotter snapshotter)
    {
        (Directory, _content, _snapshotter) = (directory, content, snapshotter);
        OwnDirectory.Make(directory, (UnixFileMode)Octal.O755);
        AtomicFile.Sweep(directory);
    }

    public string Directory { get; }

    public string PathOf(string id) => Path.Combine(Directory, Digest.Hex(id) + ".json");

    /// <summary>Compares the record on the disk with what is known of the image.</summary>
    /// <returns>What is wrong with it; null for nothing.</returns>
    public string? WrongWith(Image image)
    {
        try
        {
            return JsonFile.Load(PathOf(image.Id), ImageRecordJson.Default.ImageRecord) is not { } record ? "is not on the disk"
                : record.Id == image.Id && record.Manifest.Digest == image.Manifest
                    && record.Index?.Digest == image.Index?.Descriptor.Digest ? null
                : $"has been replaced: {PathOf(image.Id)} is of {record.Id} with manifest {record.Manifest.Digest}";
        }
        catch (DamagedFileException e)
        {
            return $"has been damaged: {e.Message}";
        }
    }

    public void Delete(string id) => JsonFile.Delete(PathOf(id));

    /// <summary>Records that were set aside, each with the image that it was of.</summary>
    public IEnumerable<(string Path, string Id)> SetAside() => OwnDirectory.All(Directory)
        .Where(path => Path.GetFileName(path).Contains($".json{JsonFile.Aside}", StringComparison.Ordinal))
        .Select(path => (path, Digest.Prefix + Path.GetFileName(path).Split('.')[0]));

    public void Save(Image image, IEnumerable<Reference> names, bool durable)
    {
        ImageRecord record = new()
        {
            Id = image.Id, Names = [.. names.Select(name => name.ToString())], LastTagged = image.LastTagged,
            UnsyncedSince = image.IsSettled ? null : HostBoot.Id, Index = image.Index?.Descriptor,
            Manifest = new Descriptor { MediaType = image.ManifestType, Digest = image.Manifest, Size = _content.Size(image.Manifest) },
        };
        JsonFile.Save(PathOf(image.Id), record, ImageRecordJson.Default.ImageRecord, durable);
    }

    /// <exception cref="GantryException">NotFound or Invalid: a part of the image is missing or damaged.</exception>
    public Image Describe(ImageRecord record)
    {
        OciImage config = ImageDocuments.ReadConfig(_content.ReadVerified(record.Id, MaxDocumentSize), record.Id);
        Manifest manifest =
            ImageDocuments.ReadManifest(_content.ReadVerified(record.Manifest.Digest, MaxDocumentSize), record.Manifest.Digest);
        IReadOnlyList<string> chain = Digest.ChainIds(config.RootFs?.DiffIds ?? []);
        long size = 0;
        foreach (string chainId in chain)
            size += (_snapshotter.Layer(chainId)
                ?? throw GantryException.NotFound($"layer {chainId} of image {record.Id} is missing")).Size;
        ImageIndex? index = record.Index is { } listed ? ImageIndex.Read(_content, listed) : null;
        IEnumerable<string> own = (manifest.Layers ?? []).Select(layer => layer.Digest).Prepend(record.Id).Prepend(record.Manifest.Digest);
        return new Image
        {
            Id = record.Id, Config = config, ChainIds = chain, Size = size, Manifest = record.Manifest.Digest,
            LastTagged = record.LastTagged,
            IsSettled = record.UnsyncedSince is null,
            ManifestType = record.Manifest.MediaType ?? MediaTypes.Manifest,
            Layers = manifest.Layers ?? [],
            Index = index,
            Blobs = [.. own.Concat(index?.Blobs ?? []).Distinct()],
        };
    }
}
