using Gantry.Engine.Events;
using Gantry.Engine.Volumes;
using Xunit;

namespace Gantry.Engine.Tests.Volumes;

public sealed class VolumeStoreTests : IDisposable
{
    private readonly string directory = Directory.CreateTempSubdirectory("gantry-volumes-").FullName;
    private readonly EventBus events = new();

    public void Dispose() => Directory.Delete(directory, recursive: true);

    private VolumeStore Open()
    {
        VolumeStore store = new(directory, events);
        store.Load((path, e) => Assert.Fail($"{path}: {e.Message}"));
        return store;
    }

    [Fact]
    public void AVolumeIsThereAfterARestart()
    {
        Volume made = Open().Create(new VolumeRequest { Name = "pgdata", Labels = new Dictionary<string, string> { ["a"] = "b" } });
        Assert.Equal($"{directory}/pgdata/_data", made.Mountpoint);
        Volume found = Open().Find("pgdata");
        Assert.Equal("b", found.Labels["a"]);
        Assert.Equal(made.Mountpoint, found.Mountpoint);
        Assert.Equal(made.CreatedAt, found.CreatedAt);
    }

    [Fact]
    public void CreatingItAgainChangesNothing()
    {
        VolumeStore store = Open();
        Volume first = store.Create(new VolumeRequest { Name = "data" });
        Assert.Same(first, store.Create(new VolumeRequest { Name = "data", Labels = new Dictionary<string, string> { ["new"] = "label" } }));
    }

    [Fact]
    public void WithoutANameItIsAnonymous()
    {
        Volume volume = Open().Create(new VolumeRequest());
        Assert.Equal(64, volume.Name.Length);
        Assert.True(volume.Anonymous);
        Assert.True(Open().Find(volume.Name).Anonymous);
    }

    [Theory]
    [InlineData("a")]
    [InlineData("../escape")]
    [InlineData("a/b")]
    [InlineData(".hidden")]
    [InlineData("-x")]
    [InlineData("a b")]
    public void NamesThatCouldMeanAnotherDirectoryAreRefused(string name) =>
        Assert.Equal(ErrorKind.InvalidArgument, Assert.Throws<GantryException>(() => Open().Create(new VolumeRequest { Name = name })).Kind);

    [Fact]
    public void AnotherDriverIsNotFound() =>
        Assert.Equal(ErrorKind.NotFound, Assert.Throws<GantryException>(() => Open().Create(new VolumeRequest { Name = "xx", Driver = "nfs" })).Kind);

    [Fact]
    public async Task AUsedVolumeIsNotRemoved()
    {
        VolumeStore store = Open();
        store.Create(new VolumeRequest { Name = "data" }, usedBy: "c1");
        Assert.Equal("remove data: volume is in use - [c1]", (await Assert.ThrowsAsync<GantryException>(async () => await store.RemoveAsync("data"))).Message);
        store.Release("data", "c1");
        await store.RemoveAsync("data");
        Assert.False(Directory.Exists($"{directory}/data"));
        Assert.Equal("get data: no such volume", (await Assert.ThrowsAsync<GantryException>(async () => await store.RemoveAsync("data"))).Message);
        await store.RemoveAsync("data", force: true);
    }

    [Fact]
    public async Task ALinkInAVolumeDoesNotLeadItsRemovalOutside()
    {
        string precious = Directory.CreateTempSubdirectory("gantry-precious-").FullName;
        File.WriteAllText($"{precious}/file", "stays");
        VolumeStore store = Open();
        Volume volume = store.Create(new VolumeRequest { Name = "data" });
        File.CreateSymbolicLink($"{volume.Mountpoint}/link", precious);
        await store.RemoveAsync("data");
        Assert.Equal("stays", File.ReadAllText($"{precious}/file"));
        Directory.Delete(precious, recursive: true);
    }

    [Fact]
    public async Task PruningSparesWhatIsUsed()
    {
        VolumeStore store = Open();
        File.WriteAllText($"{store.Create(new VolumeRequest { Name = "free" }).Mountpoint}/file", "12345");
        store.Create(new VolumeRequest { Name = "used" }, usedBy: "c");
        (IReadOnlyList<string> removed, long reclaimed) = await store.PruneAsync(_ => true, TestContext.Current.CancellationToken);
        Assert.Equal(["free"], removed);
        Assert.Equal(5, reclaimed);
        Assert.Equal(["used"], store.List().Select(volume => volume.Name));
    }

    [Fact]
    public void AnInterruptedRemovalIsFinished()
    {
        Directory.CreateDirectory($"{directory}/.removed-x/_data");
        Assert.Empty(Open().List());
        Assert.False(Directory.Exists($"{directory}/.removed-x"));
    }

    [Fact]
    public void ADamagedRecordCostsItsLabelsAndNotTheContent()
    {
        Volume volume = Open().Create(new VolumeRequest { Name = "data", Labels = new Dictionary<string, string> { ["a"] = "b" } });
        File.WriteAllText($"{volume.Mountpoint}/file", "content");
        File.WriteAllText($"{directory}/data/volume.json", "{\"Name\":");
        List<string> told = [];
        VolumeStore store = new(directory, events);
        store.Load((path, _) => told.Add(path));
        Assert.Equal([$"{directory}/data/volume.json.damaged"], told);
        Assert.Empty(store.Find("data").Labels);
        Assert.Equal("content", File.ReadAllText($"{store.Find("data").Mountpoint}/file"));
    }

    [Theory]
    [InlineData("colour", "invalid option: \"colour\"")]
    [InlineData("type", "missing required option: \"device\"")]
    [InlineData("device", "missing required option: \"type\"")]
    public void OptionsAreChecked(string key, string message)
    {
        VolumeRequest request = new() { Name = "data", Options = new Dictionary<string, string> { [key] = "x" } };
        Assert.Contains(message, Assert.Throws<GantryException>(() => Open().Create(request)).Message);
    }

    [Fact]
    public async Task WhatHappensIsTold()
    {
        VolumeStore store = Open();
        using EventSubscription reader = events.Subscribe();
        store.Create(new VolumeRequest { Name = "data" });
        await store.MountAsync("data", "c1", TestContext.Current.CancellationToken);
        await store.UnmountAsync("data", "c1");
        await store.RemoveAsync("data");
        List<string> seen = [];
        while (reader.TryRead(out EngineEvent? happened)) seen.Add($"{happened.Action} {happened.ActorId} {happened.Attributes["driver"]} {happened.Attributes.GetValueOrDefault("container")}".TrimEnd());
        Assert.Equal(["create data local", "mount data local c1", "unmount data local c1", "destroy data local"], seen);
    }

    [Fact]
    public async Task ATmpfsIsMountedWhileSomebodyUsesIt()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "needs root");
        VolumeStore store = Open();
        Volume volume = store.Create(new VolumeRequest { Name = "memory", Options = new Dictionary<string, string> { ["type"] = "tmpfs", ["device"] = "tmpfs", ["o"] = "size=1m,mode=0700" } });
        bool Mounted() => File.ReadLines("/proc/self/mountinfo").Any(line => line.Contains($" {volume.Mountpoint} "));
        try
        {
            await store.MountAsync("memory", "c1", TestContext.Current.CancellationToken);
            await store.MountAsync("memory", "c2", TestContext.Current.CancellationToken);
            Assert.True(Mounted());
            await store.UnmountAsync("memory", "c1");
            Assert.True(Mounted());
        }
        finally
        {
            await store.UnmountAsync("memory", "c1");
            await store.UnmountAsync("memory", "c2");
        }
        Assert.False(Mounted());
    }
}
