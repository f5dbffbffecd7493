using Gantry.Build.Execution;
using Gantry.Build.Graph;
using Gantry.Workloads;

namespace Gantry.Build.Tests.Execution;

public sealed class CachePlacesTests : IDisposable
{
    private readonly TestTree _directory = new();

    public void Dispose() => _directory.Dispose();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static CachePlace Place(string id, string sharing = "shared") => new("/k", id, sharing, false, 0, 0, 0x1ed);

    private static string SourceOf(PlacesInUse use, int index = 0) => ((BindMount)use.Mounts[index]).Source;

    [Fact]
    public async Task WhatWasPutThereIsThereAfterARestartAndSaysWhoseItIs()
    {
        CachePlaces places = new(_directory.Path);
        using (PlacesInUse use = await places.UseAsync([Place("mine")], ["make", "all"], Cancellation))
        {
            await File.WriteAllTextAsync($"{SourceOf(use)}/file", "content", Cancellation);
            Assert.True(Assert.Single(places.All).InUse);
        }
        CachePlaces again = new(_directory.Path);
        KeptPlace kept = Assert.Single(again.All);
        Assert.Equal(("cached mount /k from exec make all with id \"mine\"", 7, 1, false), (kept.Title, kept.Size, kept.Uses, kept.InUse));
        using (PlacesInUse use = await again.UseAsync([Place("mine")], [], Cancellation))
        {
            Assert.Equal("content", await File.ReadAllTextAsync($"{SourceOf(use)}/file", Cancellation));
            await File.WriteAllTextAsync($"{SourceOf(use)}/file", "more content", Cancellation);
        }
        Assert.Equal((12, 2), (again.All[0].Size, again.All[0].Uses));
    }

    [Fact]
    public async Task WhatACommandHasIsNotRemoved()
    {
        CachePlaces places = new(_directory.Path);
        PlacesInUse first = await places.UseAsync([Place("a")], [], Cancellation);
        PlacesInUse second = await places.UseAsync([Place("a")], [], Cancellation);
        string name = places.All[0].Name;
        first.Dispose();
        Assert.False(places.Remove(name));
        second.Dispose();
        Assert.True(places.Remove(name));
        Assert.False(places.Remove(name));
        Assert.Empty(Directory.EnumerateFileSystemEntries(_directory.Path));
        using PlacesInUse third = await places.UseAsync([Place("a")], [], Cancellation);
        Assert.Empty(Directory.EnumerateFileSystemEntries(SourceOf(third)));
    }

    /// <summary>What would not go is in nobody's way, and goes with a later start.</summary>
    [Fact]
    public async Task WhatARemovalLeavesKeepsNobodyFromTheNext()
    {
        CachePlaces places = new(_directory.Path);
        for (int time = 0; time < 2; time++)
        {
            using (PlacesInUse use = await places.UseAsync([Place("a")], [], Cancellation))
                _directory.Shell($"mkdir '{SourceOf(use)}/mounted'; mount -t tmpfs none '{SourceOf(use)}/mounted'");
            bool isRemoved;
            try
            {
                isRemoved = places.Remove(places.All[0].Name);
            }
            finally
            {
                _directory.Shell("for at in */mounted; do if mountpoint -q $at; then umount $at; fi; done");
            }
            Assert.True(isRemoved);
            Assert.Empty(places.All);
            Assert.Equal(time + 1, Directory.GetDirectories(_directory.Path).Length);
        }
        Assert.Empty(new CachePlaces(_directory.Path).All);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_directory.Path));
    }

    [Fact]
    public async Task PrivateOnesAreSharedByNobodyAtATime()
    {
        CachePlaces places = new(_directory.Path);
        string own;
        using (PlacesInUse use = await places.UseAsync([Place("a", "private"), Place("a", "private"), Place("a")], [], Cancellation))
        {
            own = SourceOf(use);
            Assert.Equal(3, Enumerable.Range(0, 3).Select(i => SourceOf(use, i)).Distinct().Count());
        }
        using PlacesInUse later = await places.UseAsync([Place("a", "private")], [], Cancellation);
        Assert.Equal(own, SourceOf(later));
    }

    [Fact]
    public async Task ALockedOneIsWaitedFor()
    {
        CachePlaces places = new(_directory.Path);
        PlacesInUse first = await places.UseAsync([Place("b", "locked"), Place("a", "locked"), Place("a", "locked")], [], Cancellation);
        Task<PlacesInUse> second = places.UseAsync([Place("a", "locked"), Place("b", "locked")], [], Cancellation);
        Assert.False(second.IsCompleted);
        first.Dispose();
        (await second).Dispose();
    }

    /// <summary>Half made, half removed, of an earlier version, damaged, or somebody else's.</summary>
    [Fact]
    public void WhatACrashLeavesIsRepaired()
    {
        _directory.Shell("""
            mkdir a a.new b.removed c; echo x > b.removed/x; echo '{}' > a.json; echo '{' > c.json; echo old > c/file
            echo '{"Title":"of nothing","Created":"2026-01-01T00:00:00Z"}' > d.json; mkfifo e.json; touch f
            """);
        CachePlaces places = new(_directory.Path);
        Assert.Equal(["a cached mount 0", "c cached mount 4"], places.All.Select(place => $"{place.Name} {place.Title} {place.Size}"));
        Assert.False(Directory.Exists(_directory["a.new"]) || Directory.Exists(_directory["b.removed"]));
        Assert.False(File.Exists(_directory["d.json"]));
        foreach (KeptPlace place in places.All) Assert.True(places.Remove(place.Name));
        Assert.Empty(new CachePlaces(_directory.Path).All);
    }
}
