using Gantry.Build.Graph;
using Gantry.Build.Solver;
using Gantry.Storage.Roots;

namespace Gantry.Build.Tests.Solver;

public sealed class GraphSolverTests : IDisposable
{
    private readonly SolverStores _stores = new();
    private readonly KeyedGate _busy = new();
    private readonly FakeWork _work = new();

    public void Dispose() => _stores.Dispose();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static TreeVertex Base() => new() { Title = "base", Tree = BuiltTree.Empty };

    private static NoteVertex Step(string title, Vertex below, string? meaning = null) =>
        new() { Title = title, Below = below, Meaning = meaning ?? title };

    private async Task SolveAsync(Vertex target, FakeWork? work = null, bool useCache = true, MadeSteps? together = null)
    {
        Lease lease = _stores.Cache.Begin();
        try
        {
            await new GraphSolver(_stores.Cache, _busy, work ?? _work, work ?? _work, lease, useCache, null, together)
                .SolveAsync(target, Cancellation);
        }
        finally
        {
            _stores.Cache.End(lease);
        }
    }

    [Fact]
    public async Task WhatIsNeededIsMadeOnceAndInOrder()
    {
        NoteVertex first = Step("first", Base()), second = Step("second", first), third = Step("third", second);
        await SolveAsync(third);
        Assert.Equal(["first", "second", "third"], _work.Made);
    }

    [Fact]
    public async Task TheSameAgainIsTakenFromTheCacheAlsoAfterARestart()
    {
        await SolveAsync(Step("b", Step("a", Base())));
        _stores.Reopen();
        FakeWork again = new();
        await SolveAsync(Step("b", Step("a", Base())), again);
        Assert.Empty(again.Made);
        Assert.Equal(["a", "b"], again.Cached);
    }

    /// <summary>What a step has open is closed when it is done, and not at the build's end.</summary>
    [Fact]
    public async Task AStepIsReleasedWhenItIsDoneOrFoundOrHasFailed()
    {
        List<string> before = [];
        _work.Work = (vertex, _) =>
        {
            if (vertex.Title == "second") before.AddRange(_work.Released);
            return Task.CompletedTask;
        };
        await SolveAsync(Step("second", Step("first", Base())));
        Assert.Equal(["first"], before);
        Assert.Equal(["first", "second"], _work.Released);
        FakeWork again = new() { Work = (_, _) => throw new InvalidOperationException("third") };
        await Assert.ThrowsAsync<InvalidOperationException>(() => SolveAsync(Step("third", Step("first", Base())), again));
        Assert.Equal(["first", "third"], again.Released);
    }

    /// <summary>As those for several platforms are: what they have in common is no other step for each.</summary>
    [Fact]
    public async Task SolversOfOneBuildMakeWhatTheyHaveInCommonOnceWithoutTheCacheToo()
    {
        await SolveAsync(Step("common", Base()));
        FakeWork one = new(), other = new();
        MadeSteps together = new();
        await Task.WhenAll(SolveAsync(Step("one", Step("common", Base())), one, useCache: false, together),
            SolveAsync(Step("other", Step("common", Base())), other, useCache: false, together));
        Assert.Equal(["common", "one", "other"], one.Made.Concat(other.Made).Order());
        Assert.Equal(["common"], one.Cached.Concat(other.Cached));
        FakeWork next = new();
        await SolveAsync(Step("common", Base()), next, useCache: false, new MadeSteps());
        Assert.Equal(["common"], next.Made);
    }

    [Fact]
    public async Task WithoutTheCacheAllIsMadeAgainAndKnownAfterwards()
    {
        await SolveAsync(Step("a", Base()));
        FakeWork again = new();
        await SolveAsync(Step("a", Base()), again, useCache: false);
        Assert.Equal(["a"], again.Made);
    }

    [Fact]
    public async Task OneThatIsAlwaysMadeIsNotLookedUp()
    {
        await SolveAsync(Step("a", Base()));
        NoteVertex always = new() { Title = "a", Below = Base(), Meaning = "a", IsAlwaysMade = true };
        FakeWork again = new();
        await SolveAsync(always, again);
        Assert.Equal(["a"], again.Made);
    }

    /// <summary>Each of the two waits for the other: one after the other they would not end.</summary>
    [Fact]
    public async Task WhatDoesNotDependOnEachOtherGoesOnSideBySide()
    {
        using Barrier both = new(2);
        _work.Work = (vertex, cancellation) =>
        {
            if (vertex.Title is "left" or "right") Assert.True(both.SignalAndWait(TimeSpan.FromSeconds(30), cancellation));
            return Task.CompletedTask;
        };
        await SolveAsync(new JoinVertex { Title = "join", Below = Step("left", Base()), Meaning = "join", Other = Step("right", Base()) });
        Assert.Equal("join", _work.Made.Last());
        Assert.Equal(3, _work.Made.Count);
    }

    [Fact]
    public async Task TwoBuildsAtOnceShareAStep()
    {
        TaskCompletionSource begun = new(), go = new();
        _work.Work = async (_, _) =>
        {
            begun.SetResult();
            await go.Task;
        };
        FakeWork other = new() { Work = (_, _) => throw new InvalidOperationException("it was made twice") };
        Task first = SolveAsync(Step("a", Base()));
        await begun.Task;
        Task second = SolveAsync(Step("a", Base()), other);
        go.SetResult();
        await Task.WhenAll(first, second);
        Assert.Equal(["a"], other.Cached);
    }

    [Fact]
    public async Task AFailureEndsWhatGoesOnBesideItAndIsTheOneToldOf()
    {
        bool ended = false;
        TaskCompletionSource waits = new();
        _work.Work = async (vertex, cancellation) =>
        {
            if (vertex.Title == "bad")
            {
                await waits.Task;
                throw GantryException.Invalid("it failed");
            }
            waits.SetResult();
            try
            {
                await Task.Delay(Timeout.Infinite, cancellation);
            }
            finally
            {
                ended = true;
            }
        };
        JoinVertex join = new() { Title = "join", Below = Step("slow", Base()), Meaning = "join", Other = Step("bad", Base()) };
        GantryException failure = await Assert.ThrowsAsync<GantryException>(() => SolveAsync(join));
        Assert.Equal("it failed", failure.Message);
        Assert.True(ended, "the other step goes on");
    }

    [Fact]
    public async Task WhatHasFailedIsNotRemembered()
    {
        _work.Work = (_, _) => throw GantryException.Invalid("no");
        await Assert.ThrowsAsync<GantryException>(() => SolveAsync(Step("a", Base())));
        FakeWork again = new();
        await SolveAsync(Step("a", Base()), again);
        Assert.Equal(["a"], again.Made);
    }

    /// <summary>Stands on one and reads another.</summary>
    private sealed class JoinVertex : NoteVertex
    {
        public required Vertex Other { get; init; }

        public override IReadOnlyList<Vertex> Inputs => [.. base.Inputs, Other];
    }

    /// <summary>A command that writes to other trees too is known when all of them are.</summary>
    [Fact]
    public void AStepWithFurtherTreesIsKnownWithAllOfThem()
    {
        TreeLayer layer = _stores.Layer(BuiltTree.Empty, "f");
        FurtherVertex Second() => new()
        {
            Title = "second", Number = 1, Of = new RunVertex
            {
                Title = "run", Below = Base(), Arguments = ["a"], Environment = [],
                Places = [new OutputPlace("/a", Base(), ""), new MemoryPlace("/m", null), new OutputPlace("/b", Base(), "")],
            },
        };
        _work.Further = [null, layer];
        BuiltTree Solved(FakeWork work, FurtherVertex target)
        {
            Lease lease = _stores.Cache.Begin();
            BuiltTree tree = new GraphSolver(_stores.Cache, _busy, work, work, lease, useCache: true)
                .SolveAsync(target, Cancellation).GetAwaiter().GetResult().Tree;
            _stores.Cache.End(lease);
            return tree;
        }

        Assert.Equal([layer.DiffId], Solved(_work, Second()).DiffIds);
        FakeWork again = new();
        Assert.Equal([layer.DiffId], Solved(again, Second()).DiffIds);
        Assert.Equal(["run"], again.Cached);
        // One of them was pruned.
        _stores.Cache.Remove([_stores.Cache.Entries.First(entry => entry.DiffId == layer.DiffId).Key]);
        FakeWork third = new() { Further = [null, null] };
        Assert.Empty(Solved(third, Second()).DiffIds);
        Assert.Equal(["run"], third.Made);
    }
}
