using Gantry.Build.Solver;
using Gantry.Storage.Content;
using Gantry.Storage.Roots;
using Gantry.Storage.Snapshots;

namespace Gantry.Build.Tests.Solver;

/// <summary>A cache on stores of its own, which can be opened again as after a restart.</summary>
internal sealed class SolverStores : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("gantry-build-").FullName;

    public SolverStores() => (Snapshots, Collector, Cache) = Open();

    public VfsSnapshotter Snapshots { get; private set; }
    public Collector Collector { get; private set; }
    public StepCache Cache { get; private set; }
    public string CacheDirectory => Path.Combine(_root, "build/cache");

    public void Reopen()
    {
        Collector.Dispose();
        Snapshots.Dispose();
        (Snapshots, Collector, Cache) = Open();
    }

    private (VfsSnapshotter, Collector, StepCache) Open()
    {
        VfsSnapshotter snapshots = new(Path.Combine(_root, "vfs"));
        Collector collector = new(_root, new ContentStore(Path.Combine(_root, "content")), snapshots);
        Directory.CreateDirectory(Path.Combine(_root, "build"));
        StepCache cache = new(CacheDirectory, collector, snapshots);
        collector.Start();
        return (snapshots, collector, cache);
    }

    public void Dispose()
    {
        Collector.Dispose();
        Snapshots.Dispose();
        Directory.Delete(_root, recursive: true);
    }
}
