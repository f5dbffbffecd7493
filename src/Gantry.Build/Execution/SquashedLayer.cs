using Gantry.Build.Graph;
using Gantry.Storage.Layers;
using Gantry.Storage.Snapshots;

namespace Gantry.Build.Execution;

/// <summary>One layer in place of several: what a build has made, without what it has taken away again.</summary>
internal static class SquashedLayer
{
    /// <param name="below">What the layers stand on that stay as they are.</param>
    /// <param name="tree">Begins with all of <paramref name="below"/>.</param>
    /// <param name="latest">As in <see cref="StepLayer.Take(DateTimeOffset?, Storage.Roots.Lease, CancellationToken)"/>.</param>
    /// <returns>Null where nothing is left of them.</returns>
    public static TreeLayer? Make(StepStores stores, BuiltTree below, BuiltTree tree, DateTimeOffset? latest,
        CancellationToken cancellation)
    {
        using StepLayer layer = StepLayer.Prepare(stores.Snapshots, stores.Content, below, RandomId.New(), stores.Lease);
        using (MountedTree mounted = layer.Open())
        {
            for (int i = below.Layers.Count; i < tree.Layers.Count; i++)
            {
                using Stream archive = LayerArchive.Open(stores, tree.Layers[i], tree.ChainIds[i]);
                TreeExtract.RunLayer(mounted.Root, archive, cancellation);
            }
        }
        return layer.Take(latest, stores.Lease, cancellation);
    }
}
