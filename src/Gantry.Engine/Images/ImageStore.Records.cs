using System.Text.Json;
using Gantry.Oci.Image;
using Gantry.Registry;

namespace Gantry.Engine.Images;

/// <summary>Images on disk: how they come in, and how they are read again.</summary>
public sealed partial class ImageStore
{
    private static readonly string Boot = File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim();

    /// <summary>Records an image whose blobs and layers are here and pinned by the caller. One that is known already keeps its record.</summary>
    /// <param name="manifest">Its manifest in the content store.</param>
    internal Image Add(string id, Descriptor manifest)
    {
        if (Find(id) is { } known) return known;
        Image image = Describe(new ImageRecord { Id = id, Manifest = manifest, UnsyncedSince = Boot });
        lock (_lock)
        {
            if (_images.TryGetValue(id, out Image? same)) return same;
            Save(image);
        }
        SettleSoon();
        return image;
    }

    /// <summary>Both in one step: an image that is there without a name yet is anybody's to prune.</summary>
    /// <returns>The image, and what <see cref="Name"/> returns.</returns>
    internal (Image Image, IReadOnlyList<string?> Before) Add(string id, Descriptor manifest, IReadOnlyList<Reference> names)
    {
        lock (_lock)
        {
            Image image = Add(id, manifest);
            return (image, Name(image, names));
        }
    }

    /// <summary>Points names at an image, without an event; for load.</summary>
    /// <returns>The image that each name pointed at before, if it was another.</returns>
    internal IReadOnlyList<string?> Name(Image image, IReadOnlyList<Reference> names)
    {
        string?[] before;
        lock (_lock)
        {
            before = [.. names.Select(name => _tags.Set(name, image.Id) is { } old && old != image.Id ? old : null)];
            if (names.Count > 0) _tags.Save();
            Touch(image.Id);
        }
        SettleSoon();
        return before;
    }

    /// <summary>Remembers when the image last got a name.</summary>
    private void Touch(string id)
    {
        if (_images.TryGetValue(id, out Image? image)) Save(image with { LastTagged = _time.GetUtcNow() });
    }

    /// <summary>Under the lock.</summary>
    private void Save(Image image, bool durable = false)
    {
        ImageRecord record = new()
        {
            Id = image.Id, LastTagged = image.LastTagged, UnsyncedSince = image.IsSettled ? null : Boot,
            Manifest = new Descriptor { MediaType = image.ManifestType, Digest = image.Manifest, Size = _content.Size(image.Manifest) },
        };
        JsonFile.Save(RecordPath(image.Id), record, ImageRecordJson.Default.ImageRecord, durable);
        _images[image.Id] = image;
    }

    private void ReadRecord(string path)
    {
        try
        {
            if (JsonFile.Load(path, ImageRecordJson.Default.ImageRecord) is not { } record) return;
            if (record.UnsyncedSince is { } boot && boot != Boot)
            {
                // The machine went down before the layers had reached the disk; half an image is worse than none.
                JsonFile.SetAside(path);
                return;
            }
            Image image = Describe(record);
            _images[image.Id] = image;
        }
        catch (Exception e) when (e is JsonException or GantryException)
        {
            // Damaged, or a part of the image is gone: it costs this one image, and the record is kept to look at.
            JsonFile.SetAside(path);
        }
    }

    /// <exception cref="GantryException">NotFound or Invalid: a part of the image is missing or damaged.</exception>
    private Image Describe(ImageRecord record)
    {
        OciImage config = ImageDocuments.ReadConfig(_content.Read(record.Id, MaxDocumentSize), record.Id);
        Manifest manifest = ImageDocuments.ReadManifest(_content.Read(record.Manifest.Digest, MaxDocumentSize), record.Manifest.Digest);
        IReadOnlyList<string> chain = Digest.ChainIds(config.RootFs?.DiffIds ?? []);
        long size = 0;
        foreach (string chainId in chain)
            size += (_snapshotter.Layer(chainId) ?? throw GantryException.NotFound($"layer {chainId} of image {record.Id} is missing")).Size;
        return new Image
        {
            Id = record.Id, Config = config, ChainIds = chain, Size = size, Manifest = record.Manifest.Digest, LastTagged = record.LastTagged,
            IsSettled = record.UnsyncedSince is null,
            ManifestType = record.Manifest.MediaType ?? MediaTypes.Manifest,
            Layers = manifest.Layers ?? [],
            Blobs = [record.Manifest.Digest, record.Id, .. (manifest.Layers ?? []).Select(layer => layer.Digest).Distinct()],
        };
    }

    private string RecordPath(string id) => Path.Combine(_records, Digest.Hex(id) + ".json");
}
