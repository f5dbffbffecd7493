using System.Text;
using Gantry.Api.Host;
using Gantry.Engine.Host;
using Gantry.Engine.Images;
using Gantry.Oci.Image;
using Gantry.Registry;

namespace Gantry.Engine.Tests.Images;

/// <summary>An image that was made of a container is whole: it can be saved, also after what happened to its layer before.</summary>
public sealed class ImageCommitTests : IDisposable
{
    private static readonly (string, string) Bottom = ("f", "1");

    /// <summary>One that can be set again to the nanosecond.</summary>
    private static readonly DateTime Time = new(2024, 1, 2, 3, 4, 5, DateTimeKind.Utc);

    private readonly ImageFixture _images = new();
    private readonly Image _parent;

    public ImageCommitTests()
    {
        _parent = _images.Import("parent", Bottom);
        _images.Snapshotter.Prepare("container", _parent.ChainIds);
        string file = _images.Snapshotter.UpperDirectory("container") + "/g";
        File.WriteAllText(file, "2");
        File.SetLastWriteTimeUtc(file, Time);
    }

    public void Dispose() => _images.Dispose();

    [Fact]
    public void ItsLayerMayBeHereCompressedAlready()
    {
        Image first = Commit("made:1");
        byte[] layer = Archive(first);
        _images.Store.Remove("made:1", force: true);
        // What makes the archive may still hold it.
        Assert.True(SpinWait.SpinUntil(() => IsGone(first), TimeSpan.FromSeconds(30)));

        byte[] bottom = ImageFixture.Layer(Bottom);
        _images.Load(ImageFixture.Archive(("a", ImageFixture.Gzip(bottom)), ("b", ImageFixture.Gzip(layer)),
            ("c.json", ImageFixture.Config([bottom, layer])),
            ("manifest.json", Encoding.UTF8.GetBytes("""[{"Config":"c.json","RepoTags":["came:1"],"Layers":["a","b"]}]"""))));
        Assert.Equal(first.ChainIds[1], _images.Store.Resolve("came:1").ChainIds[1]);
        Assert.False(_images.Store.Content.Contains(first.DiffIds[1]));

        Image again = Commit("made:2");
        Assert.Equal(first.DiffIds, again.DiffIds);
        _images.Store.Remove("came:1", force: true);
        Assert.Equal(again.Id, _images.Load(_images.Save("made:2")).Single().Id);
        _images.Reopen();
        Assert.NotNull(_images.Store.Find(again.Id));
    }

    [Fact]
    public void ItIsNotDurableBeforeItsArchiveIsMade()
    {
        Image image = Commit("made:1");
        Archive(image);
        _images.Store.Dispose();
        string record = Path.Combine(_images.Root, "image/overlay2/records", Digest.Hex(image.Id) + ".json");
        Assert.DoesNotContain("UnsyncedSince", File.ReadAllText(record));

        // As a kill leaves it between the commit and the archive; and the archive cannot be made.
        string boot = File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim();
        File.WriteAllText(record, "{" + $"\"UnsyncedSince\":\"{boot}\"," + File.ReadAllText(record).TrimStart()[1..]);
        _images.Store.Content.Delete(image.DiffIds[1]);
        string file = Path.Combine(_images.Root, "overlay2", _images.Snapshotter.Layer(image.ChainIds[1])!.CacheId, "diff/g");
        File.WriteAllText(file, "3");
        _images.Reopen();
        _images.Store.Dispose();
        Assert.NotNull(_images.Store.Find(image.Id));
        Assert.False(_images.Store.Content.Contains(image.DiffIds[1]));
        Assert.Contains(boot, File.ReadAllText(record));

        File.WriteAllText(file, "2");
        File.SetLastWriteTimeUtc(file, Time);
        _images.Reopen();
        _images.Store.Dispose();
        Assert.True(_images.Store.Content.Contains(image.DiffIds[1]));
        Assert.DoesNotContain(boot, File.ReadAllText(record));
    }

    /// <summary>A full disk is where a save to elsewhere is needed most.</summary>
    [Fact]
    public void ItIsSavedWhereItsArchiveHasNoRoom()
    {
        Image image = WithoutArchive();
        byte[] saved = _images.Save("made:1");
        Assert.False(_images.Store.Content.Contains(image.DiffIds[1]));
        Assert.Empty(Check());
        Room(true);
        Assert.Equal(saved, _images.Save("made:1"));
        _images.Store.Remove("made:1", force: true);
        Assert.Equal(image.Id, _images.Load(saved).Single().Id);
        Assert.Equal(image.DiffIds, _images.Store.Resolve("made:1").DiffIds);
    }

    [Fact]
    public void AnArchiveThatCanNeverBeMadeIsSaid()
    {
        Image image = WithoutArchive();
        List<string> said = [];
        _images.Store.SyncFailed += said.Add;
        File.WriteAllText(Path.Combine(_images.Root, "overlay2", _images.Snapshotter.Layer(image.ChainIds[1])!.CacheId, "diff/g"), "3");
        Assert.Contains(image.ChainIds[1], Assert.Single(Check()).What);
        AssertIsTheEngines(Assert.Throws<GantryException>(() => _images.Save("made:1")), image);
        Room(true);
        _images.Store.Tag("made:1", "again", null);
        _images.Store.Dispose();
        Assert.Contains(said, message => message.Contains(image.ShortId, StringComparison.Ordinal));
        Assert.Contains(image.ChainIds[1], Assert.Single(Check(repair: true)).What);
        Assert.NotNull(_images.Store.Find(image.Id));
    }

    /// <summary>Whoever saves has asked for nothing wrong: that the layer cannot be read is the engine's to answer for.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void WhatTheDiskCannotReadIsNotTheClientsFault(bool room)
    {
        Image image = WithoutArchive();
        if (room) Room(true);
        // Something else in the place of its files.
        string layer = Path.Combine(_images.Root, "overlay2", _images.Snapshotter.Layer(image.ChainIds[1])!.CacheId);
        Directory.Delete(layer + "/diff", recursive: true);
        File.WriteAllText(layer + "/diff", "");
        AssertIsTheEngines(Assert.Throws<GantryException>(() => _images.Save("made:1")), image);
    }

    private static void AssertIsTheEngines(GantryException e, Image image)
    {
        Assert.Equal(ErrorKind.Internal, e.Kind);
        Assert.Contains(image.ChainIds[1], e.Message);
        Assert.Contains("system check", e.Message);
    }

    /// <summary>What a check finds of images; the writable layer here is nobody's.</summary>
    private IEnumerable<StoreProblem> Check(bool repair = false) =>
        new StoreCheck(_images.Store, _images.Containers, _images.Collector).Run(repair, default)
            .Problems.Where(static problem => problem.Kind == "image");

    /// <summary>An image of an earlier version: it counts as durable, and its archive was never made; no disk has room for it.</summary>
    private Image WithoutArchive()
    {
        Image image = Commit("made:1");
        Archive(image);
        _images.Store.Dispose();
        Room(false);
        _images.Store.Content.Delete(image.DiffIds[1]);
        return image;
    }

    /// <summary>Whether the disk takes content.</summary>
    private void Room(bool some)
    {
        string ingest = Path.Combine(_images.Root, "content/ingest");
        if (some) File.Delete(ingest);
        else Directory.Delete(ingest);
        if (some) Directory.CreateDirectory(ingest);
        else File.WriteAllText(ingest, "");
    }

    private bool IsGone(Image image)
    {
        _images.Collector.CollectAll();
        return !_images.Snapshotter.Contains(image.ChainIds[1]) && !_images.Store.Content.Contains(image.DiffIds[1]);
    }

    private Image Commit(string name) =>
        new ImageCommit(_images.Store, _parent.Id, "container", new HashSet<string>())
        {
            Config = new ImageConfig(), Name = Reference.Parse(name),
        }.Run(default);

    /// <summary>Of its upper layer; made behind the caller's back.</summary>
    private byte[] Archive(Image image)
    {
        Assert.True(SpinWait.SpinUntil(() => _images.Store.Content.Contains(image.DiffIds[1]), TimeSpan.FromSeconds(30)));
        using FileStream blob = _images.Store.Content.Open(image.DiffIds[1]);
        byte[] bytes = new byte[blob.Length];
        blob.ReadExactly(bytes);
        return bytes;
    }
}
