using Gantry.Oci.Image;
using Gantry.Storage.Roots;
using Gantry.Tests.Shared;

namespace Gantry.Storage.Tests.Roots;

public sealed class LeaseTests : IDisposable
{
    private readonly TemporaryDirectory _root = new();

    public void Dispose() => _root.Dispose();

    [Fact]
    public void WhatALeaseNamesGoesWithIt()
    {
        using Stores stores = new(_root.Path);
        string blob, layer;
        using (Lease lease = stores.Collector.Lease("images"))
        {
            lease.PinBlob(blob = stores.Blob("a"));
            lease.PinLayer(layer = stores.Layer("a"));
            stores.Writable("k");
            lease.PinSnapshot("k");
            stores.Collector.CollectAll();
            Assert.True(stores.Content.Contains(blob) && stores.Snapshotter.Contains(layer));
            Assert.Empty(stores.Collector.UnownedSnapshots());
            // It is for the work of this process: nothing of it is on disk.
            Assert.Empty(Directory.GetFiles(_root["leases"]));
        }
        Assert.False(stores.Content.Contains(blob) || stores.Snapshotter.Contains(layer));
        Assert.Equal(["k"], stores.Collector.UnownedSnapshots());
    }

    [Fact]
    public void OneWithALifeOutlivesItsProcess()
    {
        string blob, layer;
        using (Stores killed = new(_root.Path))
        {
            Lease lease = killed.Collector.Lease("images", "pull x", TimeSpan.FromHours(1));
            lease.PinBlob(blob = killed.Blob("a"));
            lease.PinLayer(layer = killed.Layer("a"));
        }
        using (Stores stores = new(_root.Path))
        {
            stores.Collector.CollectAll();
            stores.Collector.EndExpired();
            Assert.True(stores.Content.Contains(blob) && stores.Snapshotter.Contains(layer));
        }
        // Its time is over while the process runs, or before.
        Later clock = new();
        using (Stores stores = new(_root.Path, clock))
        {
            clock.Ahead = TimeSpan.FromMinutes(59);
            stores.Collector.EndExpired();
            Assert.True(stores.Content.Contains(blob));
            clock.Ahead = TimeSpan.FromMinutes(61);
            stores.Collector.EndExpired();
            Assert.False(stores.Content.Contains(blob) || stores.Snapshotter.Contains(layer));
            Assert.Empty(Directory.GetFiles(_root["leases"]));
        }
    }

    /// <summary>A long pull: what it brought first is there still when it is killed late.</summary>
    [Fact]
    public void ItsLifeRunsFromTheLastPinEvenOfWhatItNamesAlready()
    {
        Later clock = new();
        string blob;
        using (Stores killed = new(_root.Path, clock))
        {
            Lease lease = killed.Collector.Lease("images", "pull x", TimeSpan.FromHours(1));
            lease.PinBlob(blob = killed.Blob("a"));
            clock.Ahead = TimeSpan.FromMinutes(50);
            lease.PinBlob(blob);
        }
        clock.Ahead = TimeSpan.FromMinutes(100);
        using (Stores stores = new(_root.Path, clock)) Assert.True(stores.Content.Contains(blob));
        clock.Ahead = TimeSpan.FromMinutes(111);
        using (Stores stores = new(_root.Path, clock)) Assert.False(stores.Content.Contains(blob));
    }

    /// <summary>One step that pins nothing may take longer than the whole life.</summary>
    [Fact]
    public void WhatSomebodyIsAtWorkWithIsRenewed()
    {
        Later clock = new();
        string blob;
        using (Stores killed = new(_root.Path, clock))
        {
            killed.Collector.Lease("images", "pull x", TimeSpan.FromHours(1)).PinBlob(blob = killed.Blob("a"));
            clock.Ahead = TimeSpan.FromMinutes(50);
            killed.Collector.EndExpired();
        }
        clock.Ahead = TimeSpan.FromMinutes(100);
        using Stores stores = new(_root.Path, clock);
        Assert.True(stores.Content.Contains(blob));
    }

    [Fact]
    public void APinThatTheDiskRefusedIsWrittenWhenItIsRepeated()
    {
        string blob;
        using (Stores killed = new(_root.Path))
        {
            Lease lease = killed.Collector.Lease("images", "pull x", TimeSpan.FromHours(1));
            blob = killed.Blob("a");
            Directory.Delete(_root["leases"]);
            Assert.ThrowsAny<Exception>(() => lease.PinBlob(blob));
            Directory.CreateDirectory(_root["leases"]);
            lease.PinBlob(blob);
        }
        using Stores stores = new(_root.Path);
        Assert.True(stores.Content.Contains(blob));
    }

    [Fact]
    public void OneThatIsOverAtTheStartIsGone()
    {
        using (Stores killed = new(_root.Path)) killed.Collector.Lease("images", "pull x", TimeSpan.FromHours(1)).PinBlob(killed.Blob("a"));
        using Stores stores = new(_root.Path, new Later { Ahead = TimeSpan.FromHours(2) });
        Assert.Empty(stores.Content.All);
        Assert.Empty(Directory.GetFiles(_root["leases"]));
    }

    /// <summary>What was written before a power loss may not have reached the disk.</summary>
    [Fact]
    public void OneOfAnotherBootIsOver()
    {
        using (Stores killed = new(_root.Path)) killed.Collector.Lease("images", "pull x", TimeSpan.FromHours(1)).PinBlob(killed.Blob("a"));
        string file = Assert.Single(Directory.GetFiles(_root["leases"])), boot = File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim();
        File.WriteAllText(file, File.ReadAllText(file).Replace(boot, Guid.Empty.ToString()));
        using Stores stores = new(_root.Path);
        Assert.Empty(stores.Content.All);
        Assert.Empty(Directory.GetFiles(_root["leases"]));
    }

    [Fact]
    public void WhoDoesTheSameTakesOverWhatWasLeft()
    {
        string first, other;
        using (Stores killed = new(_root.Path))
        {
            killed.Collector.Lease("images", "pull x", TimeSpan.FromHours(1)).PinBlob(first = killed.Blob("x"));
            killed.Collector.Lease("images", "pull y", TimeSpan.FromHours(1)).PinBlob(other = killed.Blob("y"));
        }
        using Stores stores = new(_root.Path);
        Lease again = stores.Collector.Lease("images", "pull x", TimeSpan.FromHours(1));
        Assert.Equal(2, Directory.GetFiles(_root["leases"]).Length);
        Assert.True(stores.Content.Contains(first));
        // Nobody needed it: it goes with the one who took it over, and the other's stays.
        again.Dispose();
        Assert.Equal([other], stores.Content.All);
        stores.Collector.EndLeft("build");
        Assert.Equal([other], stores.Content.All);
        stores.Collector.EndLeft("images");
        Assert.Empty(stores.Content.All);
    }

    [Fact]
    public void DownloadsAreKeptWhereTheLeaseSaysSo()
    {
        using Stores stores = new(_root.Path);
        string large = new('x', 2 << 20);
        using (Lease lease = stores.Collector.Lease("images", "pull x", TimeSpan.FromHours(1), keepsDownloads: true))
        {
            lease.PinBlob(stores.Blob(large));
            lease.PinBlob(stores.Blob("small"));
        }
        Assert.Empty(stores.Content.All);
        Assert.Equal([Digest.Hex(Digest.Of(System.Text.Encoding.UTF8.GetBytes(large)))], stores.Content.Partials.Select(Path.GetFileName));
    }

    /// <summary>Whoever pins and then finds something has it for as long as the lease is open, whatever is collected meanwhile.</summary>
    [Fact]
    public async Task NothingNamedByAnOpenLeaseGoesWhileACollectionRuns()
    {
        using Stores stores = new(_root.Path);
        string[] contents = [.. Enumerable.Range(0, 8).Select(i => $"content {i}")];
        using CancellationTokenSource stop = new();
        int found = 0, collections = 0;
        Task[] collectors = [.. Enumerable.Range(0, 2).Select(_ => Task.Run(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                stores.Collector.CollectAll();
                Interlocked.Increment(ref collections);
            }
        }))];
        Task[] users = [.. Enumerable.Range(0, 4).Select(user => Task.Run(() =>
        {
            Random random = new(user);
            for (int i = 0; i < 300; i++)
            {
                string content = contents[random.Next(contents.Length)], digest = Digest.Of(System.Text.Encoding.UTF8.GetBytes(content));
                using Lease lease = i % 3 == 0 ? stores.Collector.Lease("images", $"{user}", TimeSpan.FromHours(1))
                    : stores.Collector.Lease("images");
                string chain = Stores.ChainOf(content);
                lease.PinBlob(digest);
                lease.PinLayer(chain);
                if (stores.Content.Contains(digest)) Interlocked.Increment(ref found);
                else stores.Blob(content);
                if (!stores.Snapshotter.Contains(chain)) stores.Layer(content);
                for (int look = 0; look < 3; look++)
                {
                    Assert.True(stores.Content.Contains(digest), $"{content} was collected");
                    Assert.True(stores.Snapshotter.Contains(chain), $"the layer of {content} was collected");
                    Thread.Yield();
                }
            }
        }))];
        try
        {
            await Task.WhenAll(users);
        }
        finally
        {
            await stop.CancelAsync();
            await Task.WhenAll(collectors);
        }
        Assert.True(found > 0 && collections > 10, $"{found} found, {collections} collections");
        Assert.Empty(stores.Content.All);
        Assert.Empty(stores.Snapshotter.Layers);
    }
}
