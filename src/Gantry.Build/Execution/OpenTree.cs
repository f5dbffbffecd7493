using Gantry.Build.Files;
using Gantry.Build.Graph;
using Gantry.Linux.Mounts;
using Gantry.Storage.Snapshots;

namespace Gantry.Build.Execution;

/// <summary>What another step gave, for reading; what is written to it goes with this.</summary>
internal sealed class OpenTree : IDisposable
{
    private readonly StepLayer _layer;
    private readonly MountedTree _mounted;

    public OpenTree(StepStores stores, BuiltTree tree)
    {
        _layer = StepLayer.Prepare(stores.Snapshots, stores.Content, tree, RandomId.New(), stores.Lease);
        try
        {
            _mounted = MountedTree.Open(_layer.Root);
        }
        catch
        {
            _layer.Dispose();
            throw;
        }
        Files = new RootTree(_mounted.Root);
    }

    public ISourceTree Files { get; }

    /// <summary>To be mounted for a command.</summary>
    public RootMount Root => _layer.Root;

    public void Dispose()
    {
        _mounted.Dispose();
        _layer.Dispose();
    }
}
