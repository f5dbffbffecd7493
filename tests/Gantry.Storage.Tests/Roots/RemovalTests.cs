using System.Collections.Concurrent;
using System.Reflection;
using Gantry.Storage.Content;
using Gantry.Storage.Roots;
using Gantry.Storage.Snapshots;
using Gantry.Tests.Shared;

namespace Gantry.Storage.Tests.Roots;

/// <summary>Who removes something has the space afterwards, and nobody else waits for that.</summary>
public sealed class RemovalTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly TemporaryDirectory _root = new();

    public void Dispose() => _root.Dispose();

    [Fact]
    public void WhatWasCollectedIsGoneFromTheDisk()
    {
        using Stores stores = new(_root.Path);
        stores.Blob("a");
        Tar tar = new();
        for (int i = 0; i < 20_000; i++) tar.File($"f{i}", "");
        using (ILayerUnpack unpack = stores.Snapshotter.Unpack(null))
        {
            unpack.Apply(tar.Stream(), default);
            unpack.Commit(unpack.DiffId, null);
        }
        stores.Collector.CollectAll();
        Assert.True(IsEmpty());
        Assert.Empty(Directory.GetFiles(_root["content"], "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task NobodyWhoPinsWaitsForADeletion()
    {
        using Stores stores = new(_root.Path, start: false);
        string layer = stores.Layer("a");
        using SlowRemovals slow = SlowRemovals.Of(stores.Snapshotter);
        using Collector collector = new(_root.Path, stores.Content, slow.Snapshotter);
        collector.Start();
        string next = stores.Layer("b");
        Task collection = Task.Factory.StartNew(collector.CollectAll, default, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        try
        {
            Assert.True(slow.Begun.Wait(Patience, TestContext.Current.CancellationToken));
            Assert.False(stores.Snapshotter.Contains(layer) || stores.Snapshotter.Contains(next));
            await Task.Run(() => collector.Lease("images").PinLayer(next)).WaitAsync(Patience);
            Assert.False(collection.IsCompleted);
        }
        finally
        {
            slow.Go.Set();
        }
        await collection.WaitAsync(Patience);
    }

    /// <summary>The thread is one that requests are answered on.</summary>
    [Fact]
    public async Task TheRemovalOfTheLastContainerLeavesTheDeletionOfItsLayersToOthers()
    {
        using Stores stores = new(_root.Path, start: false);
        using SlowRemovals slow = SlowRemovals.Of(stores.Snapshotter);
        using Collector collector = new(_root.Path, stores.Content, slow.Snapshotter);
        collector.Start();
        ConcurrentQueue<string> failures = new();
        stores.Snapshotter.RemovalFailed += failures.Enqueue;
        string layer = stores.Layer("a");
        try
        {
            await Task.Run(() => slow.Unreferenced!(layer), TestContext.Current.CancellationToken).WaitAsync(Patience);
            Assert.False(stores.Snapshotter.Contains(layer) || slow.Begun.IsSet);
        }
        finally
        {
            slow.Go.Set();
        }
        Assert.True(SpinWait.SpinUntil(IsEmpty, Patience),
            string.Join(", ", [.. Directory.GetFileSystemEntries(_root["overlay2"], "*", SearchOption.AllDirectories), .. failures]));
    }

    [Fact]
    public void WhatAKilledCollectionMovedAwayIsRemovedByTheNextStart()
    {
        using (Stores killed = new(_root.Path))
        {
            string blob = killed.Blob("a");
            File.Move(killed.Content.PathOf(blob), _root["content/ingest/moved"]);
        }
        using Stores stores = new(_root.Path);
        Assert.Empty(Directory.GetFiles(_root["content"], "*", SearchOption.AllDirectories));
    }

    [Fact]
    public void WhoeverStopsWaitsForNoDeletionAndTheNextStartGoesOnWithIt()
    {
        string tree = _root["overlay2/rm-large"];
        using (new Stores(_root.Path)) { }
        for (int i = 0; i < 40_000; i++)
        {
            if (i % 1000 == 0) Directory.CreateDirectory($"{tree}/{i / 1000}");
            File.WriteAllBytes($"{tree}/{i / 1000}/{i}", []);
        }
        using (new Stores(_root.Path)) Assert.True(SpinWait.SpinUntil(() => Directory.GetDirectories(tree).Length < 40, Patience));
        Assert.True(Directory.Exists(tree), "the stop waited for the whole");
        using (new Stores(_root.Path)) Assert.True(SpinWait.SpinUntil(() => !Directory.Exists(tree), Patience));
    }

    [Fact]
    public void ACollectionThatBreaksOffFreesWhatItHasMovedAway()
    {
        using Stores stores = new(_root.Path, start: false);
        ISnapshotter broken = DispatchProxy.Create<ISnapshotter, FullDisk>();
        ((FullDisk)(object)broken).Real = stores.Snapshotter;
        using Collector collector = new(_root.Path, stores.Content, broken);
        collector.Start();
        using (Lease lease = collector.Lease("images"))
        {
            lease.PinBlob(stores.Blob("a"));
            lease.PinLayer(stores.Layer("b"));
        }
        Assert.Empty(Directory.GetFiles(_root["content"], "*", SearchOption.AllDirectories));
    }

    [Fact]
    public void ADownloadThatCannotBeKeptIsNotInTheWay()
    {
        using Stores stores = new(_root.Path);
        Directory.Delete(_root["content/partial"]);
        using (Lease lease = stores.Collector.Lease("images", "pull", TimeSpan.FromHours(1), keepsDownloads: true))
        {
            lease.PinBlob(stores.Blob("small"));
            lease.PinBlob(stores.Blob(new string('l', 2 << 20)));
        }
        Assert.Empty(Directory.GetFiles(_root["content"], "*", SearchOption.AllDirectories));
    }

    /// <summary>Of layers: their short names have a directory of their own, once there are any.</summary>
    private bool IsEmpty() => Directory.GetDirectories(_root["overlay2"]).All(path => Path.GetFileName(path) == "l");

    /// <summary>A snapshotter that can remove no layer.</summary>
    private class FullDisk : DispatchProxy
    {
        public ISnapshotter Real { get; set; } = null!;

        protected override object? Invoke(MethodInfo? method, object?[]? arguments) =>
            method!.Name == nameof(ISnapshotter.RemoveLayer) ? throw new IOException("no space left on device")
                : method.Invoke(Real, arguments);
    }

    /// <summary>A snapshotter whose trees take until somebody says so.</summary>
    private sealed class SlowRemovals : IDisposable
    {
        public ISnapshotter Snapshotter { get; private set; } = null!;
        public ManualResetEventSlim Begun { get; } = new();
        public ManualResetEventSlim Go { get; } = new();
        /// <summary>Who is told of layers that lose their last writable layer.</summary>
        public Action<string>? Unreferenced { get; private set; }

        public static SlowRemovals Of(ISnapshotter real)
        {
            SlowRemovals slow = new();
            ISnapshotter proxy = DispatchProxy.Create<ISnapshotter, Proxy>();
            ((Proxy)(object)proxy).Real = real;
            ((Proxy)(object)proxy).Slow = slow;
            slow.Snapshotter = proxy;
            return slow;
        }

        public void Dispose()
        {
            Begun.Dispose();
            Go.Dispose();
        }

        private sealed class Tree(SlowRemovals slow) : RemovedTree
        {
            public override void Free()
            {
                slow.Begun.Set();
                slow.Go.Wait(Patience * 2);
            }
        }

        private class Proxy : DispatchProxy
        {
            public ISnapshotter Real { get; set; } = null!;
            public SlowRemovals Slow { get; set; } = null!;

            protected override object? Invoke(MethodInfo? method, object?[]? arguments)
            {
                if (method!.Name == "add_Unreferenced") Slow.Unreferenced = (Action<string>?)arguments![0];
                object? result = method.Invoke(Real, arguments);
                return result is RemovedTree ? new Tree(Slow) : result;
            }
        }
    }
}
