using Gantry.Build.Graph;
using Gantry.Build.Solver;
using Gantry.Storage.Content;
using Gantry.Storage.Roots;
using Gantry.Storage.Snapshots;
using Gantry.Workloads;

namespace Gantry.Build.Execution;

/// <summary>A directory as a step.</summary>
internal sealed class DirectoryWork(ContentStore content, ISnapshotter snapshots)
{
    public static string Key(DirectoryVertex step, BuiltTree below) =>
        new KeyText("directory").Add(below.Name).Add(step.Path).Finish();

    public TreeLayer? Run(DirectoryVertex step, BuiltTree below, string id, Lease lease, CancellationToken cancellation)
    {
        using StepLayer layer = StepLayer.Prepare(snapshots, content, below, id, lease);
        WorkingDirectory.Make(layer.Root, step.Path);
        return layer.Take(lease, cancellation);
    }
}
