using Gantry.Build.Graph;
using Gantry.Storage.Snapshots;

namespace Gantry.Build.Execution;

/// <summary>Trees that are put together of layers which others have: each of these is unpacked once more, over what is below it here. Its
/// archive is the same, so an image of such a tree shares it.</summary>
internal sealed class PlacedLayers(StepStores stores)
{
    /// <inheritdoc cref="Solver.IStepWork.IsPlaced"/>
    public bool IsPlaced(BuiltTree tree)
    {
        bool all = true;
        for (int i = 0; i < tree.Layers.Count; i++) all &= IsPlaced(tree, i);
        return all;
    }

    /// <inheritdoc cref="Solver.IStepWork.Place"/>
    public void Place(BuiltTree tree, IReadOnlyList<BuiltTree> inputs, CancellationToken cancellation)
    {
        for (int i = 0; i < tree.Layers.Count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            if (IsPlaced(tree, i)) continue;
            TreeLayer layer = tree.Layers[i];
            using Stream archive = LayerArchive.Open(stores, layer, ChainOf(layer, inputs));
            if (stores.Snapshots.Contains(tree.ChainIds[i])) continue;
            using ILayerUnpack unpack = stores.Snapshots.Unpack(i == 0 ? null : tree.ChainIds[i - 1]);
            unpack.Apply(archive, cancellation);
            unpack.Commit(tree.ChainIds[i], layer.DiffId);
        }
    }

    /// <summary>Pinned before it is looked for, or it could go meanwhile.</summary>
    private bool IsPlaced(BuiltTree tree, int at)
    {
        string chain = tree.ChainIds[at], blob = tree.Layers[at].Blob.Digest;
        stores.Lease.PinLayer(chain);
        stores.Lease.PinBlob(blob);
        // One that was unpacked cannot be packed again.
        return stores.Snapshots.Layer(chain) is { } layer && (layer.LeftOut is not null || stores.Content.Contains(blob));
    }

    private static string ChainOf(TreeLayer layer, IReadOnlyList<BuiltTree> inputs)
    {
        foreach (BuiltTree input in inputs)
            for (int i = 0; i < input.Layers.Count; i++)
                if (input.Layers[i].DiffId == layer.DiffId) return input.ChainIds[i];
        throw new ArgumentException($"no input has the layer {layer.DiffId}");
    }
}
