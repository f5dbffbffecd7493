using Gantry.Build.Graph;
using Gantry.Build.Solver;
using Gantry.Storage.Roots;

namespace Gantry.Build.Tests.Solver;

public sealed class StepCacheTests : IDisposable
{
    private static readonly string Key = new('a', 64), OtherKey = new('b', 64);

    private readonly SolverStores _stores = new();

    public void Dispose() => _stores.Dispose();

    private CacheEntry Add(string key)
    {
        Lease lease = _stores.Cache.Begin();
        CacheEntry entry = _stores.Cache.Add(key, "RUN x", BuiltTree.Empty, null, lease);
        _stores.Cache.End(lease);
        return entry;
    }

    private CacheEntry? Find(string key)
    {
        Lease lease = _stores.Cache.Begin();
        CacheEntry? entry = _stores.Cache.Find(key, lease);
        _stores.Cache.End(lease);
        return entry;
    }

    /// <summary>Whatever is in their place costs a step's time, and neither the start nor another entry.</summary>
    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("\0\0\0\0")]
    [InlineData("[1]")]
    [InlineData("{\"Title\":\"x\",\"Created\":\"2026-01-01T00:00:00Z\",\"Chain\":\"../../etc\",\"DiffId\":\"x\"}")]
    public void DamagedEntriesAreDropped(string content)
    {
        Add(Key);
        Add(OtherKey);
        File.WriteAllText(Path.Combine(_stores.CacheDirectory, Key + ".json"), content);
        File.WriteAllText(Path.Combine(_stores.CacheDirectory, "stranger"), content);
        Directory.CreateDirectory(Path.Combine(_stores.CacheDirectory, new string('c', 64) + ".json"));
        _stores.Reopen();
        Assert.Null(Find(Key));
        Assert.NotNull(Find(OtherKey));
    }

    [Fact]
    public void WhatAnEarlierBootDidNotSyncIsDropped()
    {
        Add(Key);
        string path = Path.Combine(_stores.CacheDirectory, Key + ".json");
        File.WriteAllText(path, File.ReadAllText(path).Replace(Linux.Processes.HostBoot.Id, "an-earlier-boot"));
        Add(OtherKey);
        _stores.Cache.Settle();
        string settled = Path.Combine(_stores.CacheDirectory, OtherKey + ".json");
        Assert.DoesNotContain(Linux.Processes.HostBoot.Id, File.ReadAllText(settled));
        // The first was settled with it, as what this process knows; what lies there says otherwise.
        File.WriteAllText(path, File.ReadAllText(settled).Replace("\"Title\"", "\"UnsyncedSince\":\"an-earlier-boot\",\"Title\""));
        _stores.Reopen();
        Assert.Null(Find(Key));
        Assert.NotNull(Find(OtherKey));
    }

    [Fact]
    public void WhatWasUsedLastStaysLongest()
    {
        Add(Key);
        Add(OtherKey);
        Find(Key);
        Assert.Equal([OtherKey, Key], _stores.Cache.Entries.Select(entry => entry.Key));
        Assert.Equal(1, _stores.Cache.Entries[1].Uses);
    }

    [Fact]
    public void WhenItWasUsedIsKnownAfterARestart()
    {
        Add(Key);
        Add(OtherKey);
        _stores.Cache.Settle();
        CacheEntry found = Find(Key)!;
        _stores.Cache.Settle();
        _stores.Reopen();
        Assert.Equal([OtherKey, Key], _stores.Cache.Entries.Select(entry => entry.Key));
        Assert.Equal((found.LastUsed, 1), (_stores.Cache.Entries[1].LastUsed, _stores.Cache.Entries[1].Uses));
    }

    [Fact]
    public void TheLayerOfAReplacedEntryGoesWithTheBuildThatReplacesIt()
    {
        string first = Add(Key, BuiltTree.Empty, "first"), second = Add(Key, BuiltTree.Empty, "second");
        Assert.Equal([second], _stores.Snapshots.Layers.Select(layer => layer.ChainId));
        Assert.NotEqual(first, second);
    }

    /// <summary>Nobody can find it any more; who has found it before has it to the end.</summary>
    [Fact]
    public void AReplacedLayerStaysAsLongAsABuildHasIt()
    {
        string first = Add(Key, BuiltTree.Empty, "first");
        Lease other = _stores.Cache.Begin();
        Assert.NotNull(_stores.Cache.Find(Key, other));
        string second = Add(Key, BuiltTree.Empty, "second");
        Assert.True(_stores.Snapshots.Contains(first), "the other build has it");
        _stores.Cache.End(other);
        Assert.False(_stores.Snapshots.Contains(first), "nobody has it");
        Assert.True(_stores.Snapshots.Contains(second));
    }

    [Fact]
    public void TheSameLayerAgainStays()
    {
        string first = Add(Key, BuiltTree.Empty, "same");
        Assert.Equal(first, Add(Key, BuiltTree.Empty, "same"));
        Assert.True(_stores.Snapshots.Contains(first));
    }

    [Fact]
    public void WhatStandsOnAReplacedLayerTakesItAlong()
    {
        string first = Add(Key, BuiltTree.Empty, "first", 100);
        BuiltTree below = BuiltTree.Empty.With(_stores.Layer(BuiltTree.Empty, "first", 100));
        string above = Add(OtherKey, below, "above", 10);
        Add(Key, BuiltTree.Empty, "second");
        Assert.True(_stores.Snapshots.Contains(first), "something stands on it");
        Assert.Equal(110, _stores.Cache.Remove([OtherKey]));
        Assert.False(_stores.Snapshots.Contains(first) || _stores.Snapshots.Contains(above));
    }

    /// <summary>What was made while the disk was synced was not.</summary>
    [Fact]
    public void WhatTakesAPlaceMeanwhileIsNotSettled()
    {
        Action again = () => { };
        StepCache cache = _stores.CacheOver(SyncingSnapshotter.Of(_stores.Snapshots, () => again()));
        Lease lease = cache.Begin();
        again = () => cache.Add(Key, "RUN second", BuiltTree.Empty, null, lease);
        cache.Add(Key, "RUN first", BuiltTree.Empty, null, lease);
        cache.Add(OtherKey, "RUN other", BuiltTree.Empty, null, lease);
        cache.Settle();
        cache.End(lease);
        Assert.Equal((true, false), (IsSettled(OtherKey), IsSettled(Key)));

        bool IsSettled(string key) =>
            !File.ReadAllText(Path.Combine(_stores.CacheDirectory, key + ".json")).Contains("UnsyncedSince", StringComparison.Ordinal);
    }

    /// <returns>The chain ID of its layer.</returns>
    private string Add(string key, BuiltTree below, string file, int size = 1)
    {
        Lease lease = _stores.Cache.Begin();
        TreeLayer layer = _stores.Layer(below, file, size);
        lease.PinLayer(below.With(layer).Name);
        _stores.Cache.Add(key, $"RUN {file}", below, layer, lease);
        _stores.Cache.End(lease);
        return below.With(layer).Name;
    }
}
