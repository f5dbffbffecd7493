using Gantry.Engine.Events;
using Gantry.Engine.Volumes;
using Gantry.Linux.Trees;
using Xunit;

namespace Gantry.Engine.Tests.Volumes;

/// <summary>What every volume driver does, and what the store asks of it and when. With options <c>local</c> mounts, which the end-to-end
/// tests see.</summary>
public sealed class VolumeDriverTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("gantry-drivers-").FullName;
    private readonly ElsewhereDriver _elsewhere;

    public VolumeDriverTests() => _elsewhere = new ElsewhereDriver(_directory);

    public void Dispose() => TreeRemoval.Remove(_directory);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string> Drivers => ["local", "elsewhere"];

    private VolumeStore Open()
    {
        VolumeStore store = new(Path.Combine(_directory, "volumes"), new EventBus(), drivers: [_elsewhere]);
        store.Load((path, e) => Assert.Fail($"{path}: {e.Message}"));
        return store;
    }

    [Theory, MemberData(nameof(Drivers))]
    public async Task WhatOneContainerWroteTheNextOneFinds(string driver)
    {
        VolumeStore store = Open();
        Assert.Equal(driver, store.Create(new VolumeRequest { Name = "data", Driver = driver }, "c1").Driver);
        string path = await store.OpenAsync("data", "c1", Cancellation);
        File.WriteAllText(Path.Combine(path, "file"), "content");
        await store.CloseAsync("data", "c1");
        store = Open();
        Assert.Equal(driver, store.Find("data").Driver);
        store.Use("data", "c2");
        Assert.Equal("content", File.ReadAllText(Path.Combine(await store.OpenAsync("data", "c2", Cancellation), "file")));
    }

    [Theory, MemberData(nameof(Drivers))]
    public async Task AllWhoUseItHaveItAtOnePath(string driver)
    {
        VolumeStore store = Open();
        store.Create(new VolumeRequest { Name = "data", Driver = driver }, "c1");
        string path = await store.OpenAsync("data", "c1", Cancellation);
        Assert.Equal(path, await store.OpenAsync("data", "c2", Cancellation));
        // As after a restart of the daemon, with both running.
        store = Open();
        store.Use("data", "c1", mounted: true);
        store.Use("data", "c2", mounted: true);
        Assert.Equal(path, await store.OpenAsync("data", "c3", Cancellation));
    }

    [Theory, MemberData(nameof(Drivers))]
    public async Task RemovedItLeavesNothing(string driver)
    {
        VolumeStore store = Open();
        store.Create(new VolumeRequest { Name = "data", Driver = driver }, "c1");
        string path = await store.OpenAsync("data", "c1", Cancellation);
        File.WriteAllText(Path.Combine(path, "file"), "content");
        await store.CloseAsync("data", "c1");
        store.Release("data", "c1");
        await store.RemoveAsync("data");
        Assert.False(Directory.Exists(path));
        Assert.Empty(Directory.GetDirectories(Path.Combine(_directory, "volumes")));
    }

    [Theory, MemberData(nameof(Drivers))]
    public async Task WhatItsContentTakesIsWhatIsToldAndReclaimed(string driver)
    {
        VolumeStore store = Open();
        store.Create(new VolumeRequest { Name = "data", Driver = driver }, "c1");
        string path = await store.OpenAsync("data", "c1", Cancellation);
        File.WriteAllBytes(Path.Combine(path, "file"), new byte[100_000]);
        await store.CloseAsync("data", "c1");
        store.Release("data", "c1");
        Assert.InRange(Assert.Single(store.Usage()).Size, 100_000, 200_000);
        (IReadOnlyList<string> removed, long reclaimed) = await store.PruneAsync(static _ => true, Cancellation);
        Assert.Equal(["data"], removed);
        Assert.Equal(100_000, reclaimed);
    }

    [Fact]
    public void WhatNobodyCanMeasureIsNotToldAsNothing()
    {
        Open().Create(new VolumeRequest { Name = "data", Driver = "elsewhere" });
        Assert.Equal(-1, Assert.Single(Open().Usage()).Size);
    }

    /// <summary>As after a restart of the daemon that finds containers while others of the volume end.</summary>
    [Fact]
    public async Task ContainersThatAreFoundAndThoseThatEndAtOnceAreAllCounted()
    {
        const int Count = 2000;
        VolumeStore store = Open();
        store.Create(new VolumeRequest { Name = "data", Driver = "elsewhere" });
        await store.OpenAsync("data", "first", Cancellation);
        Task found = Task.Run(() => { for (int i = 0; i < Count; i++) store.Use("data", $"found{i}", mounted: true); }, Cancellation);
        for (int i = 0; i < Count; i++)
        {
            await store.OpenAsync("data", "other", Cancellation);
            Assert.NotNull(await store.CloseAsync("data", "other"));
        }
        await found;
        for (int i = 0; i < Count; i++) Assert.NotNull(await store.CloseAsync("data", $"found{i}"));
        Assert.DoesNotContain("unmount data", _elsewhere.Calls);
        await store.CloseAsync("data", "first");
        Assert.Equal(["mount data", "unmount data"], _elsewhere.Calls);
    }

    [Theory]
    [InlineData("local", "nosuch")]
    [InlineData("elsewhere", "bad")]
    public void AnOptionThatItDoesNotKnowIsRefusedAndNothingIsMade(string driver, string option)
    {
        VolumeStore store = Open();
        VolumeRequest request = new() { Name = "data", Driver = driver, Options = new Dictionary<string, string> { [option] = "x" } };
        Assert.Equal(ErrorKind.InvalidArgument, Assert.Throws<GantryException>(() => store.Create(request)).Kind);
        Assert.Empty(Directory.GetDirectories(Path.Combine(_directory, "volumes")));
        Assert.Empty(_elsewhere.Calls);
    }

    [Fact]
    public async Task ItIsMountedForTheFirstAndUnmountedAfterTheLastAlsoOverARestart()
    {
        VolumeStore store = Open();
        store.Create(new VolumeRequest { Name = "data", Driver = "elsewhere" }, "c1");
        Assert.Empty(_elsewhere.Calls);
        await store.OpenAsync("data", "c1", Cancellation);
        await store.OpenAsync("data", "c2", Cancellation);
        await store.CloseAsync("data", "c1");
        Assert.Equal(["mount data"], _elsewhere.Calls);
        store = Open();
        store.Use("data", "c2", mounted: true);
        await store.CloseAsync("data", "c2");
        Assert.Null(await store.CloseAsync("data", "c2"));
        Assert.Equal(["mount data", "unmount data"], _elsewhere.Calls);
    }

    [Fact]
    public async Task OneWhoseDriverThisVersionDoesNotHaveStaysAndSaysSo()
    {
        Open().Create(new VolumeRequest { Name = "data", Driver = "elsewhere" });
        VolumeStore without = new(Path.Combine(_directory, "volumes"), new EventBus());
        without.Load((path, e) => Assert.Fail($"{path}: {e.Message}"));
        Assert.Equal("elsewhere", without.Find("data").Driver);
        GantryException refused = await Assert.ThrowsAsync<GantryException>(async () => await without.OpenAsync("data", "c", Cancellation));
        Assert.Equal(ErrorKind.Unsupported, refused.Kind);
    }
}
