using Gantry.Linux.Trees;
using Gantry.Oci.Image;
using Gantry.Registry;

namespace Gantry.Engine.Images;

/// <summary>Images on disk: how they come in, and how they are read again.</summary>
public sealed partial class ImageStore
{
    private static readonly string Boot = File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim();

    /// <summary>Records an image whose blobs and layers are here and pinned by the caller.
    /// One that is known already keeps its record.</summary>
    /// <param name="manifest">Its manifest in the content store.</param>
    internal Image Add(string id, Descriptor manifest)
    {
        if (Find(id) is { } known) return known;
        Image image = Describe(new ImageRecord { Id = id, Manifest = manifest, UnsyncedSince = Boot });
        lock (_lock)
        {
            if (_images.TryGetValue(id, out Image? same)) return same;
            Save(image);
            Heal(id);
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
            if (names.Count > 0) SaveNames();
            foreach (string old in before.OfType<string>().Distinct()) SaveAgain(old);
            Touch(image.Id);
        }
        SettleSoon();
        return before;
    }

    /// <summary>Remembers when the image last got a name.</summary>
    private void Touch(string id)
    {
        if (!_images.TryGetValue(id, out Image? image)) return;
        _images[id] = image with { LastTagged = _time.GetUtcNow() };
        SaveAgain(id);
    }

    /// <summary>Under the lock: something about an image that is recorded already has changed; a disk that refuses gets it later.</summary>
    private void SaveAgain(string id)
    {
        if (_images.ContainsKey(id)) _saves.Run($"image {id}", () => Save(_images[id]), Again);

        bool Again()
        {
            lock (_lock)
                if (_images.TryGetValue(id, out Image? image)) Save(image);
            return true;
        }
    }

    /// <summary>Under the lock.</summary>
    private void SaveNames()
    {
        _saves.Run($"names of images ({_tags.Path})", _tags.Save, Again);

        bool Again()
        {
            lock (_lock) _tags.Save();
            return true;
        }
    }

    /// <summary>Under the lock.</summary>
    private void Save(Image image, bool durable = false)
    {
        ImageRecord record = new()
        {
            Id = image.Id, Names = [.. _tags.Of(image.Id).Select(name => name.ToString())], LastTagged = image.LastTagged,
            UnsyncedSince = image.IsSettled ? null : Boot,
            Manifest = new Descriptor { MediaType = image.ManifestType, Digest = image.Manifest, Size = _content.Size(image.Manifest) },
        };
        JsonFile.Save(RecordPath(image.Id), record, ImageRecordJson.Default.ImageRecord, durable);
        _images[image.Id] = image;
    }

    /// <summary>Images whose record was set aside because the machine went down before their layers had reached the disk:
    /// half an image is worse than none.</summary>
    private readonly HashSet<string> _unsynced = new(StringComparer.Ordinal);

    private void ReadRecords()
    {
        List<ImageRecord> read = [];
        foreach (string path in OwnDirectory.All(_records))
        {
            string file = Path.GetFileName(path), id = Digest.Prefix + file[..Math.Max(0, file.IndexOf('.'))];
            if (file.EndsWith(".tmp", StringComparison.Ordinal)) continue;
            if (!Digest.IsValid(id)) _nameless.Add(path);
            else if (file.EndsWith(".json", StringComparison.Ordinal)) ReadRecord(path, id, read);
        }
        foreach (string path in OwnDirectory.All(_records)
            .Where(path => Path.GetFileName(path).Contains($".json{JsonFile.Aside}", StringComparison.Ordinal)))
            ReadSetAside(path, Digest.Prefix + Path.GetFileName(path).Split('.')[0], read);
        if (JsonFile.SetAsideOf(_tags.Path) is [var earlier, ..]) _lostNames = $"{earlier} was set aside by an earlier start";
        if (_tags.IsLoaded) RecordNames(read);
        else RestoreNames(read);
    }

    private void ReadRecord(string path, string id, List<ImageRecord> read)
    {
        ImageRecord? record = null;
        try
        {
            record = JsonFile.Load(path, ImageRecordJson.Default.ImageRecord);
            if (record is null) return;
            if (record.Id != id) throw new DamagedFileException(path, $"is the record of {record.Id}");
            read.Add(record);
            if (record.UnsyncedSince is { } boot && boot != Boot)
            {
                _unsynced.Add(id);
                JsonFile.SetAside(path);
                return;
            }
            _images[id] = Describe(record);
        }
        catch (DamagedFileException e)
        {
            Break(id, $"{e.Message}; set aside as {JsonFile.TrySetAside(path) ?? path}", null);
        }
        catch (GantryException e)
        {
            // A part of it is damaged or gone. Its record stays where it is, for the day when it is whole again.
            Break(id, e.Message, record);
        }
    }

    /// <summary>By an earlier start; one that has come again since is no concern any more.</summary>
    private void ReadSetAside(string path, string id, List<ImageRecord> read)
    {
        if (_images.ContainsKey(id) || _broken.ContainsKey(id) || !Digest.IsValid(id)) return;
        try
        {
            ImageRecord? record = JsonFile.Load(path, ImageRecordJson.Default.ImageRecord);
            if (record is { UnsyncedSince: { } boot } && boot != Boot) _unsynced.Add(id);
            else Break(id, $"its record was set aside as {path}", record?.Id == id ? record : null);
            if (record?.Id == id) read.Add(record);
        }
        catch (DamagedFileException e)
        {
            Break(id, e.Message, null);
        }
    }

    /// <summary>The file of names is gone or damaged, and the records have them too;
    /// of two images that claim a name the one that was named last has it.</summary>
    private void RestoreNames(List<ImageRecord> read)
    {
        foreach (ImageRecord record in read.OrderBy(record => record.LastTagged ?? DateTimeOffset.MinValue))
            foreach (string name in record.Names ?? [])
                if (Reference.TryParse(name, out Reference? reference) && !reference!.IsNameOnly) _tags.Set(reference, record.Id);
        if (_tags.Damage is null && !_tags.All.Any()) return;
        _lostNames = _tags.Damage ?? $"{_tags.Path} was gone";
        SaveNames();
    }

    /// <summary>Records of before do not know the names.</summary>
    private void RecordNames(List<ImageRecord> read)
    {
        foreach (ImageRecord record in read.Where(record => record.Names is null)) SaveAgain(record.Id);
    }

    /// <exception cref="GantryException">NotFound or Invalid: a part of the image is missing or damaged.</exception>
    private Image Describe(ImageRecord record)
    {
        OciImage config = ImageDocuments.ReadConfig(_content.ReadVerified(record.Id, MaxDocumentSize), record.Id);
        Manifest manifest =
            ImageDocuments.ReadManifest(_content.ReadVerified(record.Manifest.Digest, MaxDocumentSize), record.Manifest.Digest);
        IReadOnlyList<string> chain = Digest.ChainIds(config.RootFs?.DiffIds ?? []);
        long size = 0;
        foreach (string chainId in chain)
            size += (_snapshotter.Layer(chainId)
                ?? throw GantryException.NotFound($"layer {chainId} of image {record.Id} is missing")).Size;
        return new Image
        {
            Id = record.Id, Config = config, ChainIds = chain, Size = size, Manifest = record.Manifest.Digest,
            LastTagged = record.LastTagged,
            IsSettled = record.UnsyncedSince is null,
            ManifestType = record.Manifest.MediaType ?? MediaTypes.Manifest,
            Layers = manifest.Layers ?? [],
            Blobs = [record.Manifest.Digest, record.Id, .. (manifest.Layers ?? []).Select(layer => layer.Digest).Distinct()],
        };
    }

    private string RecordPath(string id) => Path.Combine(_records, Digest.Hex(id) + ".json");
}
