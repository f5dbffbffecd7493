using Gantry.Linux.Trees;
using Gantry.Oci.Image;

namespace Gantry.Engine.Images;

/// <summary>What nothing refers to is removed; who refers to what is derived from the images and the leases,
/// never counted on disk.</summary>
public sealed partial class ImageStore
{
    /// <summary>Bytes of a blob that a pull would rather not fetch again.</summary>
    private const long WorthKeeping = 1 << 20;

    private readonly List<ImageLease> _leases = [];
    /// <summary>Blobs of images that belong to another storage driver's list.</summary>
    private readonly HashSet<string> _foreign = new(StringComparer.Ordinal);

    /// <param name="keepsDownloads"><see cref="ImageLease.KeepsDownloads"/>.</param>
    internal ImageLease Lease(bool keepsDownloads = false)
    {
        ImageLease lease = new(this) { KeepsDownloads = keepsDownloads };
        lock (_lock) _leases.Add(lease);
        return lease;
    }

    internal void Pin(HashSet<string> pinned, string name) { lock (_lock) pinned.Add(name); }

    internal void End(ImageLease lease)
    {
        lock (_lock)
        {
            if (!_leases.Remove(lease)) return;
            Collect(lease.Blobs, lease.Chains, lease.KeepsDownloads ? SetAside : _content.Delete);
        }
    }

    /// <summary>Removes those of the candidates that no image and no lease refers to. Called under the lock.</summary>
    /// <param name="remove">What becomes of a blob; null: it is deleted.</param>
    /// <returns>Chain IDs of the layers removed, topmost first.</returns>
    private List<string> Collect(IEnumerable<string> blobs, IEnumerable<string> chains, Action<string>? remove = null)
    {
        remove ??= _content.Delete;
        HashSet<string> usedBlobs = new(_foreign, StringComparer.Ordinal), usedChains = new(StringComparer.Ordinal);
        foreach (Image image in _images.Values)
        {
            usedBlobs.UnionWith(image.Blobs);
            usedChains.UnionWith(image.ChainIds);
        }
        foreach (ImageLease lease in _leases)
        {
            usedBlobs.UnionWith(lease.Blobs);
            usedChains.UnionWith(lease.Chains);
        }
        foreach (BrokenImage broken in _broken.Values)
        {
            usedBlobs.UnionWith(broken.Blobs ?? []);
            usedChains.UnionWith(broken.Chains ?? []);
        }
        bool anyBlob = _isIndexLost || _nameless.Count > 0 || _lostForeign is not null || _broken.Values.Any(broken => broken.Blobs is null);
        foreach (string digest in anyBlob ? [] : blobs)
            if (!usedBlobs.Contains(digest)) remove(digest);
        if (HoldsLayers) return [];
        return RemoveLayers([.. chains.Where(chain => !usedChains.Contains(chain))]);
    }

    /// <summary>Small ones are fetched again as quickly as they are looked for.</summary>
    private void SetAside(string digest)
    {
        if (_content.Contains(digest) && _content.Size(digest) >= WorthKeeping) _content.SetAside(digest);
        else _content.Delete(digest);
    }

    /// <summary>Removes every blob and layer that nothing refers to. Normally there is none:
    /// what loses its last user goes at once.</summary>
    internal void CollectGarbage()
    {
        lock (_lock) Collect([.. _content.All], [.. _snapshotter.Layers.Select(layer => layer.ChainId)]);
    }

    /// <summary>The image was removed by force while a container still used its layers; now the container is gone too.</summary>
    private void RemoveOrphanedLayers(string top)
    {
        lock (_lock)
        {
            if (_images.Values.Any(image => image.ChainIds.Contains(top))
                || _broken.Values.Any(image => image.Chains?.Contains(top) == true)) return;
            List<string> chain = [];
            for (string? at = top; at is not null; at = _snapshotter.Layer(at)?.Parent) chain.Add(at);
            Collect([], chain);
        }
    }

    /// <summary>From the top down, as only a layer with nothing above it goes; containers keep theirs.</summary>
    private List<string> RemoveLayers(List<string> candidates)
    {
        List<string> removed = [];
        for (bool progress = true; progress && candidates.Count > 0;)
        {
            progress = false;
            for (int i = candidates.Count - 1; i >= 0; i--)
            {
                if (!_snapshotter.RemoveLayer(candidates[i])) continue;
                removed.Add(candidates[i]);
                candidates.RemoveAt(i);
                progress = true;
            }
        }
        return removed;
    }

    /// <summary>What other drivers' images need of the content is theirs.</summary>
    private void ReadForeignRecords(string allDrivers)
    {
        foreach (string records in OwnDirectory.Directories(allDrivers).Select(driver => Path.Combine(driver, "records")))
        {
            if (records == _records || !Directory.Exists(records)) continue;
            foreach (string path in OwnDirectory.All(records))
                if (!path.EndsWith(".tmp", StringComparison.Ordinal)) ReadForeign(path);
        }
    }

    /// <summary>A crash between a blob or layer and the image that needs it leaves it without an owner.</summary>
    private void RemoveLeftovers()
    {
        // A pull may have been under way, and its layers are asked for again.
        Collect([.. _content.All], [.. _snapshotter.Layers.Select(layer => layer.ChainId)], SetAside);
    }

    private void ReadForeign(string path)
    {
        try
        {
            if (JsonFile.Load(path, ImageRecordJson.Default.ImageRecord) is not { } record) return;
            Manifest manifest = ImageDocuments.ReadManifest(_content.Read(record.Manifest.Digest, MaxDocumentSize), record.Manifest.Digest);
            _foreign.UnionWith([record.Id, record.Manifest.Digest, .. (manifest.Layers ?? []).Select(layer => layer.Digest)]);
        }
        catch (Exception e) when (e is DamagedFileException or GantryException)
        {
            // That driver will say so itself when it is used again; until then any blob may be its.
            _lostForeign = e.Message;
        }
    }
}
