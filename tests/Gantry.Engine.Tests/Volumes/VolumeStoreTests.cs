using Gantry.Engine.Events;
using Gantry.Engine.Volumes;
using Gantry.Linux.Trees;
using Xunit;

namespace Gantry.Engine.Tests.Volumes;

public sealed class VolumeStoreTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("gantry-volumes-").FullName;
    private readonly EventBus _events = new();

    public void Dispose() => TreeRemoval.Remove(_directory);

    private VolumeStore Open()
    {
        VolumeStore store = new(_directory, _events);
        store.Load((path, e) => Assert.Fail($"{path}: {e.Message}"));
        return store;
    }

    [Fact]
    public void AVolumeIsThereAfterARestart()
    {
        Volume made = Open().Create(new VolumeRequest { Name = "pgdata", Labels = new Dictionary<string, string> { ["a"] = "b" } });
        Assert.Equal($"{_directory}/pgdata/_data", made.Mountpoint);
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
        Assert.Same(first,
            store.Create(new VolumeRequest { Name = "data", Labels = new Dictionary<string, string> { ["new"] = "label" } }));
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
        Assert.Equal(ErrorKind.InvalidArgument,
            Assert.Throws<GantryException>(() => Open().Create(new VolumeRequest { Name = name })).Kind);

    [Fact]
    public void AnotherDriverIsNotFound() =>
        Assert.Equal(ErrorKind.NotFound,
            Assert.Throws<GantryException>(() => Open().Create(new VolumeRequest { Name = "xx", Driver = "nfs" })).Kind);

    [Fact]
    public async Task AUsedVolumeIsNotRemoved()
    {
        VolumeStore store = Open();
        store.Create(new VolumeRequest { Name = "data" }, usedBy: "c1");
        Assert.Equal("remove data: volume is in use - [c1]",
            (await Assert.ThrowsAsync<GantryException>(async () => await store.RemoveAsync("data"))).Message);
        store.Release("data", "c1");
        await store.RemoveAsync("data");
        Assert.False(Directory.Exists($"{_directory}/data"));
        Assert.Equal("get data: no such volume",
            (await Assert.ThrowsAsync<GantryException>(async () => await store.RemoveAsync("data"))).Message);
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
        Directory.CreateDirectory($"{_directory}/.removed-x/_data");
        Assert.Empty(Open().List());
        Assert.False(Directory.Exists($"{_directory}/.removed-x"));
    }

    /// <summary>A name that is no text, a path longer than a path may be, a file that nobody may change: .NET walks none of them.</summary>
    [Theory]
    [InlineData("mkdir \"$(printf 'd\\377')\"")]
    [InlineData("n=$(printf '%0250d' 0); for i in $(seq 20); do mkdir $n; cd -P $n 2>/dev/null || break; done")]
    [InlineData("touch f; chattr +i f")]
    public async Task WhatContainersMakeInItGoesToo(string make)
    {
        VolumeStore store = Open();
        Make(make, store.Create(new VolumeRequest { Name = "data" }).Mountpoint);
        await store.RemoveAsync("data");
        Assert.Empty(Directory.GetFileSystemEntries(_directory));
        // The same where a daemon died while it removed it.
        Make(make, Directory.CreateDirectory($"{_directory}/.removed-x/_data").FullName);
        Assert.Empty(Open().List());
        Assert.Empty(Directory.GetFileSystemEntries(_directory));
    }

    [Fact]
    public async Task OneWhoseDirectoryIsGoneCanBeRemoved()
    {
        VolumeStore store = Open();
        foreach (string name in (string[])["plain", "forced", "pruned"]) store.Create(new VolumeRequest { Name = name });
        Make("rm -r *", _directory);
        await store.RemoveAsync("plain");
        await store.RemoveAsync("forced", force: true);
        Assert.Equal(["pruned"], (await store.PruneAsync(_ => true, TestContext.Current.CancellationToken)).Removed);
        Assert.Empty(store.List());
    }

    /// <summary>Through a link, the check for mounts does not see it: the removal itself meets it.</summary>
    [Fact]
    public async Task WhatWouldNotGoLeavesAVolumeThatCanBeRemovedAgain()
    {
        string link = $"{_directory}/link";
        Directory.CreateSymbolicLink(link, Directory.CreateDirectory($"{_directory}/real").FullName);
        VolumeStore store = new(link, _events);
        Volume volume = store.Create(new VolumeRequest { Name = "data", Labels = new Dictionary<string, string> { ["a"] = "b" } });
        Make($"mkdir m; mount -t tmpfs none $PWD/m; touch m/precious", $"{_directory}/real/data/_data");
        GantryException refused = await Assert.ThrowsAsync<GantryException>(async () => await store.RemoveAsync("data"));
        Assert.StartsWith("remove data: remove ", refused.Message);
        Assert.True(File.Exists($"{volume.Mountpoint}/m/precious"));
        Assert.Same(volume, store.Find("data"));
        Assert.Empty((await store.PruneAsync(_ => true, TestContext.Current.CancellationToken)).Removed);
        VolumeStore again = new(link, _events);
        again.Load((path, e) => Assert.Fail($"{path}: {e.Message}"));
        Assert.Equal("b", again.Find("data").Labels["a"]);
        Make("umount $PWD/m", volume.Mountpoint);
        await store.RemoveAsync("data");
        Assert.Empty(Directory.GetFileSystemEntries(link));
    }

    [Fact]
    public void WhatIsFoundThereKeepsNobodyFromStarting()
    {
        Make("touch file; mkfifo fifo; ln -s nowhere link; mkdir \"$(printf 'd\\377')\" empty .removed-m; mkdir -p v/_data; mkfifo "
            + "v/_data/f; mkdir .removed-m/m; mount -t tmpfs none $PWD/.removed-m/m", _directory);
        List<string> said = [];
        VolumeStore store = new(_directory, _events);
        store.Load((path, e) => said.Add($"{path}: {e.Message}"));
        Make("umount $PWD/.removed-m/m", _directory);
        Assert.Contains("something is mounted there", Assert.Single(said));
        Assert.Equal(["v"], store.List().Select(volume => volume.Name));
        string taken = $"{_directory}/taken";
        File.WriteAllText(taken, "");
        new VolumeStore(taken, _events).Load((path, _) => said.Add(path));
        Assert.Equal($"{taken}.damaged", said[^1]);
    }

    private static void Make(string command, string where)
    {
        using System.Diagnostics.Process shell = System.Diagnostics.Process.Start(
            new System.Diagnostics.ProcessStartInfo("/bin/bash", ["-c", command]) { WorkingDirectory = where })!;
        shell.WaitForExit();
    }

    [Fact]
    public async Task ADamagedRecordCostsItsLabelsAndNotTheContent()
    {
        Volume volume = Open().Create(new VolumeRequest { Name = "data", Labels = new Dictionary<string, string> { ["a"] = "b" } });
        File.WriteAllText($"{volume.Mountpoint}/file", "content");
        File.WriteAllText($"{_directory}/data/volume.json", "{\"Name\":");
        List<string> told = [];
        VolumeStore store = new(_directory, _events);
        store.Load((path, _) => told.Add(path));
        Assert.Equal([$"{_directory}/data/volume.json.damaged"], told);
        Assert.Empty(store.Find("data").Labels);
        Assert.Equal("content", File.ReadAllText($"{store.Find("data").Mountpoint}/file"));
        // The damage goes with the volume.
        await store.RemoveAsync("data");
        store.Create(new VolumeRequest { Name = "data" });
        Assert.Empty(store.Damages());
        await store.OpenAsync("data", "c1", TestContext.Current.CancellationToken);
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
        using EventSubscription reader = _events.Subscribe();
        store.Create(new VolumeRequest { Name = "data" });
        await store.MountAsync("data", new VolumeUse("c1", "/data", true, ""), TestContext.Current.CancellationToken);
        await store.UnmountAsync("data", "c1");
        await store.RemoveAsync("data");
        List<string> seen = [];
        while (reader.TryRead(out EngineEvent? happened))
        {
            string user = happened.Attributes.TryGetValue("container", out string? container) ? $" {container}" : "";
            seen.Add($"{happened.Action} {happened.ActorId} {happened.Attributes["driver"]}{user}");
        }
        Assert.Equal(["create data local", "mount data local c1", "unmount data local c1", "destroy data local"], seen);
    }

    [Fact]
    public async Task ATmpfsIsMountedWhileSomebodyUsesIt()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "needs root");
        VolumeStore store = Open();
        Volume volume = store.Create(new VolumeRequest { Name = "memory",
            Options = new Dictionary<string, string> { ["type"] = "tmpfs", ["device"] = "tmpfs", ["o"] = "size=1m,mode=0700" } });
        bool Mounted() => File.ReadLines("/proc/self/mountinfo").Any(line => line.Contains($" {volume.Mountpoint} "));
        try
        {
            await store.MountAsync("memory", new VolumeUse("c1", "/data", true, ""), TestContext.Current.CancellationToken);
            await store.MountAsync("memory", new VolumeUse("c2", "/data", true, ""), TestContext.Current.CancellationToken);
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

    /// <summary>As under systemd, where all of the host's mounts are shared.</summary>
    [Theory]
    [InlineData("bind", false)]
    [InlineData("rbind", false)]
    [InlineData("rbind", true)]
    [InlineData("bind,rshared", false)]
    public async Task WhatIsMountedBelowTheDirectoryOfABindStaysMountedWhenTheVolumeGoes(string how, bool killedInBetween)
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "needs root");
        string host = Directory.CreateDirectory($"{_directory}/.host").FullName;
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        bool Mounted(string place) => File.ReadLines("/proc/self/mountinfo").Any(line => line.Contains($" {place} "));
        Make("mount -t tmpfs host $PWD; mount --make-shared $PWD; cd $PWD; mkdir before later; mount -t tmpfs before $PWD/before; "
            + "touch before/file", host);
        try
        {
            VolumeStore store = Open();
            Volume volume = store.Create(new VolumeRequest { Name = "bd",
                Options = new Dictionary<string, string> { ["type"] = "none", ["device"] = host, ["o"] = how } });
            if (killedInBetween) Make($"mount -o {how} {host} $PWD", volume.Mountpoint);
            else await store.OpenAsync("bd", "c1", cancellation);
            Assert.Equal(how == "rbind", File.Exists($"{volume.Mountpoint}/before/file"));
            Make("mount -t tmpfs later $PWD/later; touch later/file", host);
            Assert.True(File.Exists($"{volume.Mountpoint}/later/file"), "what is mounted there later comes to the volume too");
            if (!killedInBetween) await store.CloseAsync("bd", "c1");
            else await store.CloseUnusedAsync((name, e) => Assert.Fail($"{name}: {e.Message}"));
            Assert.False(Mounted(volume.Mountpoint));
            Assert.True(Mounted($"{host}/before") && Mounted($"{host}/later"));
            await store.OpenAsync("bd", "c2", cancellation);
            await store.RemoveAsync("bd");
            Assert.False(Mounted(volume.Mountpoint));
            Assert.True(Mounted($"{host}/before") && Mounted($"{host}/later"));
        }
        finally
        {
            Make($"umount -l $PWD; umount -lq {_directory}/bd/_data", host);
        }
    }

    [Fact]
    public async Task WhatAnEarlierDaemonLeftMountedForNobodyIsUnmounted()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "needs root");
        VolumeStore earlier = Open();
        Dictionary<string, string> options = new() { ["type"] = "tmpfs", ["device"] = "tmpfs" };
        foreach (string name in (string[])["left", "used"])
        {
            earlier.Create(new VolumeRequest { Name = name, Options = options });
            await earlier.OpenAsync(name, "c1", TestContext.Current.CancellationToken);
        }
        bool Mounted(string name) =>
            File.ReadLines("/proc/self/mountinfo").Any(line => line.Contains($" {earlier.Find(name).Mountpoint} "));
        VolumeStore store = Open();
        try
        {
            store.Use("used", "c2", mounted: true);
            store.Hold("c3");
            await store.CloseUnusedAsync((name, e) => Assert.Fail($"{name}: {e.Message}"));
            Assert.True(Mounted("left"), "somebody who could not be read may have it");
            store.Unhold("c3");
            await store.CloseUnusedAsync((name, e) => Assert.Fail($"{name}: {e.Message}"));
            Assert.False(Mounted("left"));
            Assert.True(Mounted("used"));
        }
        finally
        {
            await earlier.CloseAsync("left", "c1");
            await earlier.CloseAsync("used", "c1");
        }
    }

    /// <summary>It had no drivers.</summary>
    [Fact]
    public async Task AnEarlierVersionsVolumeIsALocalOne()
    {
        Directory.CreateDirectory($"{_directory}/old/_data");
        await File.WriteAllTextAsync($"{_directory}/old/volume.json", """{"Name":"old","CreatedAt":"2026-01-02T03:04:05+00:00"}""",
            TestContext.Current.CancellationToken);
        VolumeStore store = Open();
        Volume old = store.Find("old");
        Assert.Equal("local", old.Driver);
        Assert.Empty(old.Labels);
        Assert.Empty(old.Options);
        Assert.Equal(old.Mountpoint, await store.OpenAsync("old", "c1", TestContext.Current.CancellationToken));
        await store.CloseAsync("old", "c1");
        await store.RemoveAsync("old");
    }
}
