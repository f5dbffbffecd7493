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
    public void WhatABuildHasJustNowIsNotPruned()
    {
        Lease lease = _stores.Cache.Begin();
        _stores.Cache.Add(Key, "RUN x", BuiltTree.Empty, null, lease);
        Add(OtherKey);
        Assert.Equal([OtherKey], Chosen(new CachePrune { All = true }));
        _stores.Cache.End(lease);
        Assert.Equal([Key, OtherKey], Chosen(new CachePrune { All = true }).Order());
    }

    [Fact]
    public void PruningTakesWhatFitsAlone()
    {
        Add(Key);
        Add(OtherKey);
        Assert.Equal([Key], Chosen(new CachePrune { Ids = ["aaaa"] }));
        Assert.Empty(Chosen(new CachePrune { UnusedFor = TimeSpan.FromHours(1) }));
        Assert.Empty(Chosen(new CachePrune { Kinds = ["source.local"] }));
        Assert.Empty(Chosen(new CachePrune { Keep = 1 }));
        _stores.Cache.Remove(_stores.Cache.Entries);
        Assert.Empty(_stores.Cache.Entries);
        Assert.Empty(Directory.EnumerateFiles(_stores.CacheDirectory));
    }

    private IEnumerable<string> Chosen(CachePrune rule) =>
        rule.Choose(_stores.Cache, new HashSet<string>(), free: 0, DateTimeOffset.UtcNow).Select(entry => entry.Key);
}
