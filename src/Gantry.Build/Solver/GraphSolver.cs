using System.Runtime.ExceptionServices;
using Gantry.Build.Graph;
using Gantry.Storage.Roots;

namespace Gantry.Build.Solver;

/// <summary>Makes a vertex: what it needs first and side by side, each once, and nothing that it does not need.</summary>
/// <param name="busy">Steps that some build is at work with: who has an equal one waits, and takes what came out.</param>
/// <param name="others">Asked before the cache is; null for nobody.</param>
/// <param name="together">Of the build's solvers; null for the only one.</param>
public sealed class GraphSolver(StepCache cache, KeyedGate busy, IStepWork work, IBuildProgress progress, Lease lease, bool useCache,
    IStepSource? others = null, MadeSteps? together = null)
{
    private readonly Dictionary<Vertex, Task<StepOutcome>> _steps = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<Vertex, StepOutcome> _outcomes = new(ReferenceEqualityComparer.Instance);
    private readonly Lock _gate = new();

    /// <summary>What came out; the first failure ends the rest.</summary>
    public async Task<StepOutcome> SolveAsync(Vertex target, CancellationToken cancellation)
    {
        using CancellationTokenSource all = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        Exception? first = null;
        try
        {
            // It waits for all that it needs, also for what goes on beside a failure: afterwards no step is at work.
            return await StepAsync(target);
        }
        catch (Exception e) when (first is not null && first != e)
        {
            // Others end because of the first, which is the one to tell.
            ExceptionDispatchInfo.Throw(first);
            throw;
        }

        // What stands on one another is one task: to hand each step on to another thread costs more than to find one in the cache.
        Task<StepOutcome> StepAsync(Vertex vertex)
        {
            List<(Vertex Vertex, TaskCompletionSource<StepOutcome> Made)> chain = [];
            Task<StepOutcome> step;
            lock (_gate)
            {
                for (Vertex? at = vertex; at is not null && !_steps.ContainsKey(at); at = at.Below)
                {
                    TaskCompletionSource<StepOutcome> made = new(TaskCreationOptions.RunContinuationsAsynchronously);
                    _steps.Add(at, made.Task);
                    chain.Add((at, made));
                }
                step = _steps[vertex];
            }
            if (chain.Count == 0) return step;
            chain.Reverse();
            _ = Task.Run(() => ChainAsync(chain), CancellationToken.None);
            return step;
        }

        async Task ChainAsync(List<(Vertex Vertex, TaskCompletionSource<StepOutcome> Made)> chain)
        {
            // Beside the chain, and from the beginning: what its steps copy from.
            foreach ((Vertex vertex, _) in chain)
                foreach (Vertex input in vertex.Inputs) _ = StepAsync(input);
            foreach ((Vertex vertex, TaskCompletionSource<StepOutcome> made) in chain)
            {
                try
                {
                    made.SetResult(await GuardedAsync(vertex));
                }
                catch (OperationCanceledException e)
                {
                    made.SetCanceled(e.CancellationToken);
                }
                catch (Exception e)
                {
                    made.SetException(e);
                }
            }
        }

        async Task<StepOutcome> GuardedAsync(Vertex vertex)
        {
            try
            {
                StepOutcome[] inputs = await Task.WhenAll(vertex.Inputs.Select(StepAsync));
                all.Token.ThrowIfCancellationRequested();
                if (vertex is FurtherVertex further) return Noted(vertex, FurtherOf(further, inputs));
                return await MakeAsync(vertex, [.. inputs.Select(input => input.Tree)], all.Token);
            }
            catch (Exception e)
            {
                if (e is not OperationCanceledException || cancellation.IsCancellationRequested)
                    Interlocked.CompareExchange(ref first, e, null);
                await all.CancelAsync();
                throw;
            }
        }
    }

    /// <summary>What came out of a vertex that was solved on the way; null when it was not.</summary>
    public StepOutcome? Outcome(Vertex vertex)
    {
        lock (_gate) return _outcomes.GetValueOrDefault(vertex);
    }

    private async Task<StepOutcome> MakeAsync(Vertex vertex, IReadOnlyList<BuiltTree> inputs, CancellationToken cancellation)
    {
        if (vertex is TreeVertex there) return Told(vertex, new StepOutcome(there.Tree, null, DateTimeOffset.MinValue, IsCached: false));
        try
        {
            return await FindOrRunAsync(vertex, inputs, cancellation);
        }
        catch (Exception e)
        {
            progress.Failed(vertex, e);
            throw;
        }
        finally
        {
            work.Release(vertex);
        }
    }

    private static StepOutcome FurtherOf(FurtherVertex vertex, StepOutcome[] inputs)
    {
        TreeLayer? layer = inputs[0].Further[vertex.Number];
        return new StepOutcome(inputs[1].Tree.With(layer), layer, inputs[0].Created, inputs[0].IsCached);
    }

    private async Task<StepOutcome> FindOrRunAsync(Vertex vertex, IReadOnlyList<BuiltTree> inputs, CancellationToken cancellation)
    {
        if (vertex is LayersVertex layers && layers.Of(inputs) is { } tree) return await PlaceAsync(vertex, tree, inputs, cancellation);
        BuiltTree below = vertex.Below is null ? BuiltTree.Empty : inputs[0];
        string key = await work.KeyAsync(vertex, inputs, cancellation);
        string? sources = work.SourcesOf(vertex);
        using IDisposable turn = await busy.EnterAsync(key, cancellation);
        bool mayAsk = useCache && !vertex.IsAlwaysMade;
        if ((mayAsk || together?.Contains(key) == true) && FurtherKnown(vertex, key) is { } further
            && await KnownAsync(vertex, key, sources, mayAsk ? others : null, below, cancellation) is { } known)
        {
            StepOutcome found = Noted(vertex, new StepOutcome(below.With(known.Layer), known.Layer, known.Created, IsCached: true)
            {
                Sources = sources, Further = further,
            });
            progress.Cached(vertex, found);
            return found;
        }
        string id = RandomId.New();
        progress.Started(vertex, id);
        TreeLayer? layer = await work.RunAsync(vertex, inputs, id, progress, cancellation);
        IReadOnlyList<TreeLayer?> beside = vertex.Further.Count > 0 ? work.FurtherOf(vertex) : [];
        // Before the step's own: one that is known without one of them is done again.
        for (int i = 0; i < beside.Count; i++)
            cache.Add(FurtherKey(key, i), vertex.Title, inputs[vertex.Further[i]], beside[i], lease);
        CacheEntry made = cache.Add(key, vertex.Title, below, layer, lease);
        together?.Add(key);
        return Told(vertex, new StepOutcome(below.With(layer), layer, made.Created, IsCached: false)
        {
            Sources = sources, Further = beside,
        });
    }

    /// <summary>A tree whose layers are known: it is there, or is put together of them.</summary>
    private async Task<StepOutcome> PlaceAsync(Vertex vertex, BuiltTree tree, IReadOnlyList<BuiltTree> inputs,
        CancellationToken cancellation)
    {
        string key = new KeyText("layers").Add(tree.DiffIds).Finish();
        using IDisposable turn = await busy.EnterAsync(key, cancellation);
        bool isThere = work.IsPlaced(tree);
        if (!isThere)
        {
            progress.Started(vertex, RandomId.New());
            work.Place(tree, inputs, cancellation);
        }
        // What it stands on is an input's, and kept as such; it itself is kept by this.
        if (cache.Find(key, lease) is null && tree.Layers.Count > 0)
            cache.Add(key, vertex.Title, new BuiltTree([.. tree.Layers.SkipLast(1)]), tree.Layers[^1], lease);
        StepOutcome outcome = Noted(vertex, new StepOutcome(tree, null, DateTimeOffset.UtcNow, isThere));
        if (isThere) progress.Cached(vertex, outcome);
        else progress.Finished(vertex, outcome);
        return outcome;
    }

    /// <returns>Null where one of them is not known.</returns>
    private IReadOnlyList<TreeLayer?>? FurtherKnown(Vertex vertex, string key)
    {
        int count = vertex.Further.Count;
        if (count == 0) return [];
        List<TreeLayer?> known = [];
        for (int i = 0; i < count && cache.Find(FurtherKey(key, i), lease) is { } entry; i++) known.Add(LayerOf(entry));
        return known.Count == count ? known : null;
    }

    private static string FurtherKey(string key, int number) => new KeyText("further").Add(key).Add(number).Finish();

    private static TreeLayer? LayerOf(CacheEntry entry) => entry.DiffId is null ? null
        : new TreeLayer(entry.DiffId, new Oci.Image.Descriptor { Digest = entry.DiffId, Size = entry.ArchiveSize });

    /// <remarks>Others come first: where the cache has another layer of the same step, what they say of the next steps would be lost.
    /// What they know is not remembered: its archive is theirs, in their form.</remarks>
    private async Task<(TreeLayer? Layer, DateTimeOffset Created)?> KnownAsync(Vertex vertex, string key, string? sources,
        IStepSource? first, BuiltTree below, CancellationToken cancellation)
    {
        if (first is not null && await first.FindAsync(vertex, sources, below, cancellation) is { } known) return known;
        if (cache.Find(key, lease) is not { } entry) return null;
        return (LayerOf(entry), entry.Created);
    }

    private StepOutcome Told(Vertex vertex, StepOutcome outcome)
    {
        progress.Finished(vertex, Noted(vertex, outcome));
        return outcome;
    }

    /// <summary>Before anybody is told, who may ask for it then.</summary>
    private StepOutcome Noted(Vertex vertex, StepOutcome outcome)
    {
        lock (_gate) _outcomes[vertex] = outcome;
        others?.Note(vertex, outcome.Sources, outcome);
        return outcome;
    }
}
