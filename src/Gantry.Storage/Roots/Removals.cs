using Gantry.Storage.Content;
using Gantry.Storage.Snapshots;

namespace Gantry.Storage.Roots;

/// <summary>What one collection has moved out of everybody's way, and is to be deleted once its lock is free.</summary>
internal sealed class Removals
{
    private readonly List<string> _blobs = [];
    private readonly List<string> _layers = [];
    private readonly List<RemovedTree> _trees = [];

    /// <summary>Chain IDs, in the order of their removal.</summary>
    public IReadOnlyList<string> Layers => _layers;

    /// <param name="aside">Where the blob is now; null when it is gone already.</param>
    public void Add(string? aside) { if (aside is not null) _blobs.Add(aside); }

    public void Add(string chainId, RemovedTree tree)
    {
        _layers.Add(chainId);
        _trees.Add(tree);
    }

    public void FreeBlobs()
    {
        foreach (string path in _blobs) ContentStore.Free(path);
    }

    /// <summary>Waits for them; they are deleted behind everybody's back in any case.</summary>
    public void FreeLayers()
    {
        foreach (RemovedTree tree in _trees) tree.Free();
    }
}
