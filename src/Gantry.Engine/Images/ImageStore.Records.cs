using System.Text.Json;
using Gantry.Oci.Image;
using Gantry.Registry;

namespace Gantry.Engine.Images;

/// <summary>Images on disk: how they come in, and how they are read again.</summary>
public sealed partial class ImageStore
{
    /// <summary>Records an image whose blobs and layers are here and pinned by the caller. One that is known already keeps its record.</summary>
    /// <param name="manifest">Its manifest in the content store.</param>
    internal Image Add(string id, Descriptor manifest)
    {
        if (Find(id) is { } known) return known;
        ImageRecord record = new() { Id = id, Manifest = manifest, LastTagged = null };
        Image image = Describe(record);
        // The record is the promise that everything under it is whole, also after a power loss.
        _content.Sync();
        _snapshotter.Sync();
        lock (_lock)
        {
            if (_images.TryGetValue(id, out Image? same)) return same;
            JsonFile.Save(RecordPath(id), record, ImageRecordJson.Default.ImageRecord);
            _images[id] = image;
        }
        return image;
    }

    /// <summary>Points names at an image, without an event; for load.</summary>
    /// <returns>The image that each name pointed at before, if it was another.</returns>
    internal IReadOnlyList<string?> Name(Image image, IReadOnlyList<Reference> names)
    {
        lock (_lock)
        {
            string?[] before = [.. names.Select(name => _tags.Set(name, image.Id) is { } old && old != image.Id ? old : null)];
            if (names.Count > 0) _tags.Save();
            Touch(image.Id);
            return before;
        }
    }

    /// <summary>Remembers when the image last got a name.</summary>
    private void Touch(string id)
    {
        if (!_images.TryGetValue(id, out Image? image)) return;
        Image touched = image with { LastTagged = _time.GetUtcNow() };
        _images[id] = touched;
        long size = _content.Size(image.Manifest);
        ImageRecord record = new() { Id = id, Manifest = new Descriptor { MediaType = image.ManifestType, Digest = image.Manifest, Size = size }, LastTagged = touched.LastTagged };
        JsonFile.Save(RecordPath(id), record, ImageRecordJson.Default.ImageRecord, durable: false);
    }

    private void ReadRecord(string path)
    {
        try
        {
            if (JsonFile.Load(path, ImageRecordJson.Default.ImageRecord) is not { } record) return;
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
            ManifestType = record.Manifest.MediaType ?? MediaTypes.Manifest,
            Blobs = [record.Manifest.Digest, record.Id, .. (manifest.Layers ?? []).Select(layer => layer.Digest).Distinct()],
        };
    }

    private string RecordPath(string id) => Path.Combine(_records, Digest.Hex(id) + ".json");
}
