using Gantry.Build.Contexts.Kept;
using Gantry.Build.Execution;
using Gantry.Build.Graph;
using Gantry.Build.Solver;
using Gantry.Build.Space;
using Gantry.Build.Tests.Solver;
using Gantry.Storage.Roots;

namespace Gantry.Build.Tests.Space;

public sealed class CacheSpaceTests : IDisposable
{
    private static readonly CacheRule Everything = new(new CacheFilter { All = true }, CacheBound.None);

    private readonly SolverStores _stores = new();
    private readonly TestTree _directory = new();
    private readonly CachePlaces _places;
    private readonly KeptContexts _contexts;
    private readonly HashSet<string> _shared = [];

    public CacheSpaceTests()
    {
        _places = new CachePlaces(_directory["mounts"]);
        _contexts = new KeptContexts(_directory["contexts"], () => _directory[Path.GetRandomFileName()]);
    }

    public void Dispose()
    {
        _stores.Dispose();
        _directory.Dispose();
    }

    private CacheSpace Space(params IReadOnlyList<CacheRule> policy) =>
        new(_stores.Cache, _places, _contexts, _stores.Snapshots, policy, () => 0, () => _shared);

    private IEnumerable<string> Left => Space().Records().Select(record => record.Title);

    private BuiltTree Step(string name, BuiltTree below, int size)
    {
        Lease lease = _stores.Cache.Begin();
        TreeLayer layer = _stores.Layer(below, name, size);
        BuiltTree tree = below.With(layer);
        lease.PinLayer(tree.Name);
        _stores.Cache.Add(Digest(name), name, below, layer, lease);
        _stores.Cache.End(lease);
        return tree;
    }

    private static string Digest(string name) => new KeyText(name).Finish();

    private async Task PlaceAsync(string target, int size)
    {
        using PlacesInUse use = await _places.UseAsync([new CachePlace(target, target, "shared", false, 0, 0, 0x1ed)], ["sh", "-c", "x"],
            TestContext.Current.CancellationToken);
        string path = ((Workloads.BindMount)use.Mounts[0]).Source;
        await File.WriteAllBytesAsync(Path.Combine(path, "file"), new byte[size], TestContext.Current.CancellationToken);
    }

    /// <summary>What has become too old goes without a build, and at the start of the daemon.</summary>
    [Fact]
    public async Task TheRulesAreFollowedAtTheStartAndFromTimeToTime()
    {
        HandedTimer clock = new();
        CacheRule old = new(new CacheFilter { All = true, UnusedFor = TimeSpan.FromHours(48) }, CacheBound.None);
        using CacheSpace space = new(_stores.Cache, _places, _contexts, _stores.Snapshots, [old], () => 0, () => _shared, clock);
        Step("a", BuiltTree.Empty, 10);
        space.Watch();
        Assert.Equal(TimeSpan.Zero, clock.Due);
        clock.Ring();
        await LeftAsync("a");
        clock.Now += TimeSpan.FromHours(49);
        clock.Ring();
        await LeftAsync("");
        space.Dispose();
        Assert.True(clock.IsDisposed);
    }

    private async Task LeftAsync(string titles)
    {
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(30));
        while (string.Join(' ', Left) != titles) await Task.Delay(10, patience.Token);
    }

    [Fact]
    public async Task TheDirectoriesOfCommandsAreListedAndPrunedLikeSteps()
    {
        Step("step", BuiltTree.Empty, 10);
        await PlaceAsync("/k", 100);
        CacheRecord place = Space().Records().Single(record => record.Kind == "exec.cachemount");
        Assert.Equal(("cached mount /k from exec sh -c x", 100, 1, false), (place.Title, place.Size, place.Uses, place.InUse));
        CacheRule ofPlaces = Everything with { Filter = new CacheFilter { Kinds = ["exec.cachemount"] } };
        (IReadOnlyList<CacheRecord> gone, long freed) = Space().Prune(ofPlaces);
        Assert.Equal((place.Id, 100), (Assert.Single(gone).Id, freed));
        Assert.Equal(["step"], Left);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_directory["mounts"]));
    }

    /// <summary>What was used least lately goes first; what stands on something goes with it; no more than has to.</summary>
    [Fact]
    public async Task ABoundKeepsWhatWasUsedLast()
    {
        BuiltTree first = Step("first", BuiltTree.Empty, 100);
        Step("second", first, 100);
        await PlaceAsync("/k", 100);
        Step("third", BuiltTree.Empty, 100);
        (_, long freed) = Space().Prune(new CacheRule(new CacheFilter(), new CacheBound(Reserved: 250)));
        Assert.Equal(200, freed);
        Assert.Equal(["cached mount /k from exec sh -c x", "third"], Left);
    }

    /// <summary>It takes nothing that would be there without the cache.</summary>
    [Fact]
    public void WhatImagesHaveDoesNotCount()
    {
        _shared.Add(Step("of an image", BuiltTree.Empty, 1000).Name);
        Step("alone", BuiltTree.Empty, 100);
        Assert.Empty(Space().Prune(new CacheRule(new CacheFilter { All = true }, new CacheBound(MaxUsed: 100))).Gone);
        Assert.Equal(["alone"], Space().Prune(new CacheRule(new CacheFilter(), CacheBound.None)).Gone.Select(record => record.Title));
    }

    /// <summary>No entry says its size any more, and it is there because of one.</summary>
    [Fact]
    public void AReplacedLayerCountsAsLongAsSomethingStandsOnIt()
    {
        BuiltTree first = Step("replaced", BuiltTree.Empty, 1000);
        Step("above", first, 1);
        Lease lease = _stores.Cache.Begin();
        _stores.Cache.Add(Digest("replaced"), "replaced", BuiltTree.Empty, null, lease);
        _stores.Cache.End(lease);
        CacheRule rule = new(new CacheFilter(), new CacheBound(MaxUsed: 500));
        Assert.Contains("above", Space().Prune(rule).Gone.Select(one => one.Title));
        Assert.Empty(_stores.Snapshots.Layers);
    }

    [Fact]
    public void WhatABuildHasJustNowStays()
    {
        Lease lease = _stores.Cache.Begin();
        _stores.Cache.Add(Digest("busy"), "busy", BuiltTree.Empty, null, lease);
        Assert.Empty(Space().Prune(Everything).Gone);
        _stores.Cache.End(lease);
        Assert.Single(Space().Prune(Everything).Gone);
        Assert.Empty(Directory.EnumerateFiles(_stores.CacheDirectory));
    }

    [Fact]
    public void RulesAreFollowedOneAfterTheOther()
    {
        _shared.Add(Step("of an image", BuiltTree.Empty, 10).Name);
        Step("alone", BuiltTree.Empty, 10);
        Space(new CacheRule(new CacheFilter { UnusedFor = TimeSpan.FromHours(1) }, CacheBound.None)).Tidy();
        Assert.Equal(2, Left.Count());
        Space(new CacheRule(new CacheFilter(), CacheBound.None)).Tidy();
        Assert.Equal(["of an image"], Left);
        Space([.. CachePolicy.Usual(new CacheBound(MaxUsed: 1L << 40))]).Tidy();
        Assert.Equal(["of an image"], Left);
        Space(Everything).Tidy();
        Assert.Empty(Left);
    }
}
