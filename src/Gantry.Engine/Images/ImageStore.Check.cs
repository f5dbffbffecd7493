using Gantry.Linux.Trees;
using Gantry.Oci.Image;
using Gantry.Registry;

namespace Gantry.Engine.Images;

/// <summary>What a check of the store finds here, and what a repair does.</summary>
public sealed partial class ImageStore
{
    /// <summary>Records that were set aside and of which nothing can be made: of images that are here again,
    /// or that never reached the disk.</summary>
    internal IReadOnlyList<string> UselessRecords()
    {
        lock (_lock)
            return [.. OwnDirectory.All(_records)
                .Where(path => Path.GetFileName(path).Contains($".json{JsonFile.Aside}", StringComparison.Ordinal)
                && !_broken.ContainsKey(Digest.Prefix + Path.GetFileName(path).Split('.')[0]))];
    }

    /// <summary>Images that are known, but would not be after a restart.</summary>
    internal IReadOnlyList<Image> LostRecords() { lock (_lock)
        return [.. _images.Values.Where(image => !File.Exists(RecordPath(image.Id)))]; }

    internal void Rewrite(Image image) { lock (_lock) if (_images.ContainsKey(image.Id)) Save(image); }

    /// <summary>Names that point at nothing.</summary>
    internal IReadOnlyList<(Reference Name, string ImageId)> LostNames() { lock (_lock)
        return [.. _tags.All.Where(pair => !_images.ContainsKey(pair.ImageId) && !_broken.ContainsKey(pair.ImageId))]; }

    internal void Unname(Reference name)
    {
        lock (_lock)
        {
            string? id = _tags.Find(name);
            _tags.Unset(name);
            SaveNames();
            if (id is not null && !_tags.Of(id).Any() && _broken.TryGetValue(id, out BrokenImage? broken) && IsNothing(broken))
                _broken.Remove(id);
        }
    }

    /// <summary>Removes a broken image with its names, whoever uses it: the layers that containers stand on stay.</summary>
    internal void Drop(Image image)
    {
        lock (_lock)
        {
            if (!_images.ContainsKey(image.Id)) return;
            foreach (Reference name in _tags.Of(image.Id).ToList()) _tags.Unset(name);
            SaveNames();
            JsonFile.Delete(RecordPath(image.Id));
            _images.Remove(image.Id);
            Collect(image.Blobs, image.ChainIds);
        }
        Publish(image, "delete", image.Id);
        SettleSoon();
    }
}
