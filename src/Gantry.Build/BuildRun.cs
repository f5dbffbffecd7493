using Gantry.Build.Dockerfile.Stages;
using Gantry.Build.Execution;
using Gantry.Build.Graph;
using Gantry.Build.Planning;
using Gantry.Build.Results;
using Gantry.Build.Solver;
using Gantry.Linux.Trees;
using Gantry.Storage.Archives;
using Gantry.Storage.Roots;

namespace Gantry.Build;

/// <summary>One build: what it has found and made stays until it is disposed.</summary>
public sealed class BuildRun : IDisposable
{
    private readonly StepCache _cache;
    private readonly KeyedGate _busy;
    private readonly StepWork _work;
    private readonly BuildGroup _group;
    private GraphSolver? _solver;

    internal BuildRun(StepCache cache, KeyedGate busy, StepWork work, Lease lease, BuildGroup group) =>
        (_cache, _busy, _work, Lease, _group) = (cache, busy, work, lease, group);

    public Lease Lease { get; }

    /// <inheritdoc cref="BuildPlanner.PlanAsync"/>
    public async Task<BuildPlan> PlanAsync(BuildFile file, BuildOptions options, IBaseImages images, CancellationToken cancellation)
    {
        BuildPlan plan = await BuildPlanner.PlanAsync(file, options, images, Lease, cancellation);
        _group.Planned(plan);
        return plan;
    }

    /// <summary>Does what the plan says. Called once.</summary>
    /// <param name="sources">Images whose steps are known too, whoever has built them; pinned.</param>
    /// <returns>The tree of the target.</returns>
    public async Task<BuiltTree> SolveAsync(BuildPlan plan, BuildOptions options, IReadOnlyList<BaseImage> sources, IBuildProgress progress,
        CancellationToken cancellation)
    {
        _group.Solving();
        _solver = new GraphSolver(_cache, _busy, _work, progress, Lease, useCache: !options.NoCache,
            sources.Count > 0 ? new HistoryCache(plan, sources) : null, _group.Made);
        return (await _solver.SolveAsync(plan.Target.Result, cancellation)).Tree;
    }

    /// <summary>Makes a vertex that no Dockerfile has planned. Called once.</summary>
    /// <returns>Its tree.</returns>
    public async Task<BuiltTree> SolveAsync(Vertex target, IBuildProgress progress, CancellationToken cancellation)
    {
        _solver = new GraphSolver(_cache, _busy, _work, progress, Lease, useCache: true);
        return (await _solver.SolveAsync(target, cancellation)).Tree;
    }

    /// <summary>The files of a tree that this build has made, as an archive.</summary>
    public void Write(BuiltTree tree, Stream output) => Write([new ResultTree("", this, tree)], output);

    /// <summary>The files of trees of several platforms, as one archive.</summary>
    public static void Write(IReadOnlyList<ResultTree> trees, Stream output)
    {
        // Not disposed when something fails: an end mark would make half an archive a whole one.
        TarWriter tar = new(output);
        foreach (ResultTree tree in trees.OrderBy(tree => tree.Directory, StringComparer.Ordinal))
            tree.Run._work.Write(tree.Tree, tar, ByteText.Bytes(tree.Directory));
        tar.Dispose();
    }

    /// <summary>One layer of all that this build has made above what it began from.</summary>
    /// <inheritdoc cref="SquashedLayer.Make"/>
    public TreeLayer? Squash(BuiltTree below, BuiltTree tree, DateTimeOffset? latest, CancellationToken cancellation) =>
        _work.Squash(below, tree, latest, cancellation);

    /// <summary>The same files, for who reads them one by one.</summary>
    public Task ReadAsync(BuiltTree tree, Func<DirectoryHandle, Task> read) => _work.ReadAsync(tree, read);

    /// <summary>What came out of a step; null of one that was not done.</summary>
    public StepOutcome? Outcome(Vertex vertex) => _solver?.Outcome(vertex);

    public void Dispose()
    {
        try
        {
            _work.Dispose();
        }
        finally
        {
            _cache.End(Lease);
        }
    }
}
