using System.Runtime.ExceptionServices;
using Gantry.Build.Contexts;
using Gantry.Build.Execution;
using Gantry.Build.Files;
using Gantry.Build.Planning;
using Gantry.Build.Solver;

namespace Gantry.Build;

/// <summary>Builds of one file for several platforms, or the only one. They go on side by side, and make what they have in common once.
/// </summary>
/// <remarks>No more of a client's directories is asked for than all of them take. So all are planned before one is solved.</remarks>
public sealed class BuildGroup
{
    private readonly ContextTrees _contexts;
    private readonly Func<BuildGroup, BuildRun> _open;
    private readonly Lock _gate = new();
    private readonly List<BuildPlan> _plans = [];
    private readonly MadeSteps _made = new();
    private int _count;
    private bool _isSolving;

    internal BuildGroup(ContextTrees contexts, Func<BuildGroup, BuildRun> open) => (_contexts, _open) = (contexts, open);

    /// <summary>What its solvers have made; null for the only one.</summary>
    internal MadeSteps? Made => _count > 1 ? _made : null;

    /// <summary>For one platform more; disposed when nothing is asked of any of them any more.</summary>
    public BuildRun Open()
    {
        BuildRun run = _open(this);
        lock (_gate) _count++;
        return run;
    }

    internal void Planned(BuildPlan plan)
    {
        lock (_gate)
        {
            if (_isSolving) throw new InvalidOperationException("a plan comes before the first of the build is solved");
            _plans.Add(plan);
        }
    }

    /// <summary>What is to be taken of the contexts is known.</summary>
    internal void Solving()
    {
        lock (_gate)
        {
            if (_isSolving) return;
            _isSolving = true;
            Narrow(_contexts.Own, null);
            foreach ((string name, ISourceTree tree) in _contexts.Named) Narrow(tree, name);
        }
    }

    private void Narrow(ISourceTree? tree, string? name)
    {
        if (tree is ClientTree client) client.Narrow(ContextNeeds.Of(_plans, name));
    }

    /// <summary>Makes parts of a build side by side, as many as there are processors. It returns when none is at work any more: the first
    /// failure ends the others, and is told.</summary>
    /// <param name="make">Gets a number below <paramref name="count"/>.</param>
    public static async Task EachAsync(int count, Func<int, CancellationToken, Task> make, CancellationToken cancellation)
    {
        Exception? first = null;
        ParallelOptions options = new() { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = cancellation };
        try
        {
            await Parallel.ForAsync(0, count, options, async (i, stop) =>
            {
                try
                {
                    await make(i, stop);
                }
                catch (Exception e)
                {
                    // Others end because of the first, which is the one to tell.
                    Interlocked.CompareExchange(ref first, e, null);
                    throw;
                }
            });
        }
        catch (Exception e) when (first is not null && first != e)
        {
            ExceptionDispatchInfo.Throw(first);
        }
    }
}
