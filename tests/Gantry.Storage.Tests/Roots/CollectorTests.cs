using Gantry.Oci.Image;
using Gantry.Storage.Roots;
using Gantry.Tests.Shared;

namespace Gantry.Storage.Tests.Roots;

/// <summary>Who needs something keeps it, whether this program knows him or not; what nobody needs goes.</summary>
public sealed class CollectorTests : IDisposable
{
    private readonly TemporaryDirectory _root = new();

    public void Dispose() => _root.Dispose();

    [Fact]
    public void WhatAForeignOwnerHasIsThereAfterAReopening()
    {
        string blob, layer, top;
        using (Stores later = new(_root.Path))
        {
            // As a later version does it, with members that this one does not know.
            (blob, layer) = (later.Blob("cached"), later.Layer("below"));
            top = later.Layer("above", layer);
            later.Writable("step", layer);
            later.Collector.Written.Set(Stores.Root("build-cache", "one", [blob], [top], ["step"]));
            string record = _root["roots/build-cache/one.json"];
            File.WriteAllText(record, File.ReadAllText(record).Replace("{\"", "{\"Since\":\"a later version\",\""));
        }
        for (int start = 0; start < 3; start++)
        {
            using Stores stores = new(_root.Path);
            stores.Blob("nobody's");
            string nobodys = stores.Layer("nobody's", layer);
            stores.Collector.CollectAll();
            Assert.Equal([blob], stores.Content.All);
            Assert.False(stores.Snapshotter.Contains(nobodys));
            Assert.True(stores.Snapshotter.Contains(layer) && stores.Snapshotter.Contains(top));
            Assert.Empty(stores.Collector.UnownedSnapshots());
            Assert.Equal("step", File.ReadAllText(stores.Snapshotter.UpperDirectory("step") + "/written"));
            Assert.Null(stores.Snapshotter.WrongWith("step"));
            Assert.Empty(stores.Collector.Damages());
        }
        using Stores owner = new(_root.Path);
        owner.Collector.Written.Remove("build-cache", "one");
        owner.Snapshotter.Remove("step");
        owner.Collector.CollectAll();
        Assert.Empty(owner.Content.All);
        Assert.Empty(owner.Snapshotter.Layers);
    }

    [Fact]
    public void ADataRootOfBeforeKeepsWhatItsOwnersNeed()
    {
        // No owner has written anything, no lease is there: images and containers derive what they need.
        string blob, layer;
        using (Stores before = new(_root.Path))
        {
            (blob, layer) = (before.Blob("an image's"), before.Layer("an image's"));
            before.Writable("container", layer);
        }
        Directory.Delete(_root["roots"]);
        Directory.Delete(_root["leases"]);
        using Stores stores = new(_root.Path, start: false);
        // Not before all have said what they need.
        stores.Collector.CollectAll();
        stores.Own.Blobs.Add(blob);
        stores.Own.Layers.Add(layer);
        stores.Collector.Start();
        Assert.True(stores.Content.Contains(blob) && stores.Snapshotter.Contains(layer));
        Assert.Equal(["container"], stores.Snapshotter.Keys);
    }

    public static TheoryData<string> Kinds => new([.. FileDamage.Kinds.Where(kind => kind != "missing"), "later form", "another's name",
        "no digest"]);

    [Theory, MemberData(nameof(Kinds))]
    public void ADamagedRootProtectsEverything(string kind)
    {
        using (Stores stores = new(_root.Path))
        {
            stores.Collector.Written.Set(Stores.Root("build-cache", "one", [stores.Blob("a")], [stores.Layer("a")], ["step"]));
            stores.Collector.Written.Set(Stores.Root("registry", "one", [stores.Blob("b")], [], []));
        }
        Damage(kind, _root["roots/build-cache/one.json"], "build-cache");
        NothingIsCollected("root", "build-cache/one.json");

        // Its owner writes it anew, or somebody mends or removes it.
        JsonFile.Forget(_root["roots/build-cache/one.json"]);
        using Stores mended = new(_root.Path);
        mended.Collector.CollectAll();
        Assert.Equal([Digest.Of("b"u8)], mended.Content.All);
        Assert.Empty(mended.Snapshotter.Layers);
    }

    [Theory, MemberData(nameof(Kinds))]
    public void ADamagedLeaseProtectsEverything(string kind)
    {
        using (Stores stores = new(_root.Path))
        {
            Lease lease = stores.Collector.Lease("images", "pull x", TimeSpan.FromHours(1));
            lease.PinBlob(stores.Blob("a"));
            lease.PinLayer(stores.Layer("a"));
            // The process is killed: nobody ends the lease.
        }
        string file = Assert.Single(Directory.GetFiles(_root["leases"]));
        Damage(kind == "another's name" ? "junk" : kind, file, "images");
        NothingIsCollected("lease", Path.GetFileName(file));

        // It is over at last, whatever it said.
        using Stores later = new(_root.Path, new Later(TimeSpan.FromDays(8)));
        Assert.Empty(Directory.GetFileSystemEntries(_root["leases"]));
        Assert.Empty(later.Content.All);
        Assert.Empty(later.Collector.Damages());
    }

    private void NothingIsCollected(string damage, string name)
    {
        for (int start = 0; start < 2; start++)
        {
            using Stores stores = new(_root.Path);
            int blobs = stores.Content.All.Count(), layers = stores.Snapshotter.Layers.Count;
            stores.Writable($"found-{start}");
            stores.Collector.CollectAll();
            stores.Collector.EndExpired();
            stores.Collector.EndLeft("images");
            Assert.Equal((blobs, layers), (stores.Content.All.Count(), stores.Snapshotter.Layers.Count));
            Assert.Empty(stores.Collector.UnownedSnapshots());
            Damage said = Assert.Single(stores.Collector.Damages());
            Assert.Equal((damage, name), (said.Kind, said.Name));
            Assert.Contains("nothing is collected", said.What);
        }
    }

    [Fact]
    public void ADamagedLeaseThatSomebodyRemovesIsForgottenAtOnce()
    {
        string lease = _root["leases/one.json"];
        Directory.CreateDirectory(Path.GetDirectoryName(lease)!);
        File.WriteAllText(lease, "{");
        using Stores stores = new(_root.Path);
        string blob = stores.Blob("a");
        Assert.Single(stores.Collector.Damages());
        File.Delete(lease);
        Assert.Empty(stores.Collector.Damages());
        stores.Collector.CollectAll();
        Assert.DoesNotContain(blob, stores.Content.All.Select(digest => digest.ToString()));
    }

    [Fact]
    public void ARootThatIsMendedIsTakenBackWithoutAStart()
    {
        string record = _root["roots/build-cache/one.json"], content, blob;
        using (Stores stores = new(_root.Path))
        {
            blob = stores.Blob("a");
            stores.Collector.Written.Set(Stores.Root("build-cache", "one", [blob], [], []));
            content = File.ReadAllText(record);
        }
        File.WriteAllText(record, "");
        using Stores again = new(_root.Path);
        Damage damage = Assert.Single(again.Collector.Damages());
        Assert.Throws<GantryException>(() => damage.Repair!());
        File.WriteAllText(record, content);
        damage.Repair!();
        Assert.Empty(again.Collector.Damages());
        again.Blob("b");
        again.Collector.CollectAll();
        Assert.Equal([blob], again.Content.All);
    }

    [Fact]
    public void AFileAmongTheOwnersProtectsEverything()
    {
        using (Stores stores = new(_root.Path)) stores.Blob("a");
        File.WriteAllText(_root["roots/build-cache"], "a directory was here");
        NothingIsCollected("root", "build-cache");
    }

    [Theory]
    [InlineData("roots", "root", "../roots.damaged")]
    [InlineData("leases", "lease", "leases.damaged")]
    public void AFileInThePlaceOfAllOfThemProtectsEverything(string directory, string damage, string name)
    {
        using (Stores stores = new(_root.Path)) stores.Blob("a");
        Directory.Delete(_root[directory]);
        File.WriteAllText(_root[directory], "a directory was here");
        NothingIsCollected(damage, name);
        File.Delete(_root[directory + ".damaged"]);
        using Stores mended = new(_root.Path);
        Assert.Empty(mended.Content.All);
    }

    /// <summary>What a process left that was killed while it wrote, and another has its number now.</summary>
    [Fact]
    public void HalfWrittenRecordsPromiseNothing()
    {
        using (Stores stores = new(_root.Path))
        {
            stores.Blob("a");
            stores.Collector.Written.Set(Stores.Root("registry", "one", [stores.Blob("b")], [], []));
        }
        File.WriteAllText(_root["leases/0123456789abcdef.json.1-1.tmp"], "{");
        File.WriteAllText(_root["roots/registry/two.json.1-1.tmp"], "{");
        using Stores again = new(_root.Path);
        Assert.Equal([Digest.Of("b"u8)], again.Content.All);
        Assert.Empty(again.Collector.Damages());
    }

    /// <summary>Nobody waits for it, so nobody could catch what an owner refuses: the program would end.</summary>
    [Fact]
    public void AnOwnerThatRefusesCostsNoMoreThanTheCollection()
    {
        using Stores stores = new(_root.Path);
        using Refusing owner = new();
        string layer = stores.Layer("a");
        stores.Writable("k", layer);
        stores.Collector.Register(owner);
        stores.Snapshotter.Remove("k");
        Assert.True(owner.Asked.Wait(TimeSpan.FromSeconds(30)));
        Assert.True(stores.Snapshotter.Contains(layer));
        owner.Refuses = false;
        stores.Collector.CollectAll();
        Assert.False(stores.Snapshotter.Contains(layer));
    }

    private sealed class Refusing : IRootOwner, IDisposable
    {
        public ManualResetEventSlim Asked { get; } = new();
        public volatile bool Refuses = true;

        public void AddRoots(RootSet needed)
        {
            if (!Refuses) return;
            Asked.Set();
            throw GantryException.Internal("refused");
        }

        public void Dispose() => Asked.Dispose();
    }

    private static void Damage(string kind, string path, string owner)
    {
        string content = File.ReadAllText(path);
        switch (kind)
        {
            case "later form": File.WriteAllText(path, content.Replace("\"Version\":1", "\"Version\":2")); break;
            case "another's name": File.WriteAllText(path, content.Replace(owner, "other")); break;
            case "no digest": File.WriteAllText(path, content.Replace("sha256:", "md5:")); break;
            default: FileDamage.Inflict(kind, path); break;
        }
    }
}
