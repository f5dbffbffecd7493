using Gantry.Build.Files;
using Gantry.Build.Graph;
using Gantry.Build.Solver;
using Gantry.Storage.Snapshots;

namespace Gantry.Build.Execution;

/// <summary>A directory as a step.</summary>
internal sealed class DirectoryWork(StepStores stores)
{
    public static string Key(DirectoryVertex step, BuiltTree below) =>
        new KeyText("directory").Add(below.Name).Add(step.Path).Add(step.Owner).Add(step.Time.UtcTicks).Finish();

    public TreeLayer? Run(DirectoryVertex step, BuiltTree below, string id, CancellationToken cancellation)
    {
        using StepLayer layer = StepLayer.Prepare(stores.Snapshots, stores.Content, below, id, stores.Lease);
        using (MountedTree tree = layer.Open())
        {
            (uint, uint) owner = step.Owner.Length > 0 ? OwnerLookup.Find(tree.Root, step.Owner) : (0, 0);
            MadeDirectory.Make(tree.Root, step.Path, owner, FileTimes.Of(step.Time));
        }
        return layer.Take(step.Latest, stores.Lease, cancellation);
    }
}
