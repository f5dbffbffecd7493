using Gantry.Linux.Trees;
using Gantry.Oci.Image;

namespace Gantry.Engine.Images;

/// <summary>The directory of all records is gone, as after a move of the wrong directory,
/// and what the records were of is still here.</summary>
public sealed partial class ImageStore
{
    private readonly string _lostIndex;

    /// <summary>Lasts over restarts, for the directory is there again at the next one.</summary>
    private bool _isIndexLost;

    /// <summary>Before the directory is made. A driver that is used for the first time has no layers,
    /// and the content is the others'.</summary>
    private void NoticeLostIndex(string allDrivers)
    {
        if (Directory.Exists(_records)) return;
        bool others = Directory.Exists(allDrivers)
            && OwnDirectory.Directories(allDrivers).Any(driver => Directory.Exists(Path.Combine(driver, "records")));
        if (!_snapshotter.Layers.Any() && (others || !_content.All.Any())) return;
        OwnDirectory.Make(Path.GetDirectoryName(_lostIndex)!, OwnDirectory.OwnerOnly);
        AtomicFile.Write(_lostIndex, "the records of all images were gone"u8, durable: true);
    }

    /// <summary>Every image that the content tells of: known by identifier, and without the names that it had.</summary>
    private void BreakAllOfLostIndex()
    {
        _isIndexLost = File.Exists(_lostIndex);
        if (!_isIndexLost) return;
        foreach ((string digest, string id) in Manifests().ToList())
            if (Digest.IsValid(id) && !_images.ContainsKey(id) && !_broken.ContainsKey(id) && IsOfThisDriver(id))
                Break(id, "its record is gone, as those of all images were", null, digest);
    }

    /// <summary>What another driver's record names is that driver's, unless its layers are here too.</summary>
    private bool IsOfThisDriver(string id) => !_foreign.Contains(id)
        || TryRead(id, ImageDocuments.ReadConfig)?.RootFs?.DiffIds is { Count: > 0 } diffIds
            && _snapshotter.Layer(Digest.ChainIds(diffIds)[^1]) is not null;

    /// <exception cref="GantryException">Conflict: there are still images that could not be put together.</exception>
    private void ForgetLostIndex()
    {
        lock (_lock)
        {
            if (_broken.Count > 0)
                throw GantryException.Conflict("some images could not be put together again: pull or load them, or give them up with rmi");
            JsonFile.Delete(_lostIndex);
            _isIndexLost = false;
            CollectGarbage();
        }
    }
}
