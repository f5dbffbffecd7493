using System.Text;
using System.Text.Json;
using Gantry.Engine.Images;
using Gantry.Oci.Image;
using Gantry.Registry;
using Gantry.Storage.Snapshots;

namespace Gantry.Engine.Tests.Images;

/// <summary>Prune takes what nothing refers to, and nothing that is needed, now or by something under way.</summary>
public sealed class ImageGarbageTests : IDisposable
{
    private readonly ImageFixture _images = new();

    public void Dispose() => _images.Dispose();

    private void Prune() => new ImagePrune(_images.Store).Run(new ImageQuery());

    [Fact]
    public void WhatAnInterruptionLeftGoesAndWhatIsNeededStays()
    {
        byte[] shared = ImageFixture.Layer(("shared", "s"));
        Image image = _images.Load(ImageFixture.DockerArchive("kept:1", shared, ImageFixture.Layer(("top", "t")))).Single();
        Image forced = _images.Import("forced", ("used", "by a container"));
        _images.Snapshotter.Prepare("container", forced.ChainIds);
        _images.Store.Remove("forced", force: true);
        IReadOnlyList<string> needed = Places();

        // A commit that ended between its blob and its image, layers of a pull on the ground and above a layer that is needed,
        // and a download broken off.
        string blob = _images.Store.Content.Put("orphan"u8), layer = _images.Store.Content.Put(shared.Concat("x"u8.ToArray()).ToArray());
        string ground = Unpack(null, "ground"), above = Unpack(image.ChainIds[0], "above"), top = Unpack(above, "top of both");
        _images.Store.Content.SetAside(_images.Store.Content.Put("half of a layer"u8));
        Assert.Equal(needed.Count + 2 + 3 + 1, Places().Count);

        Prune();
        Assert.All(new[] { blob, layer }, digest => Assert.False(File.Exists(_images.Store.Content.PathOf(digest))));
        Assert.All(new[] { ground, above, top }, chain => Assert.False(_images.Snapshotter.Contains(chain)));
        Assert.Equal(needed, Places());
        _images.Reopen();
        Assert.Equal(image.Id, _images.Store.Resolve("kept:1").Id);
        Assert.Equal(needed, Places());
        Assert.Null(_images.Snapshotter.WrongWith("container"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ALoadUnderWayKeepsItsContent(bool compressed)
    {
        byte[][] layers = [.. Enumerable.Range(0, 4).Select(i => ImageFixture.Layer(($"f{i}", new string('x', 200_000))))];
        byte[] archive = ImageFixture.DockerArchive("loaded:1", layers);
        if (compressed) archive = ImageFixture.Gzip(archive);
        int prunes = 0;
        using PruningStream body = new(new MemoryStream(archive), () => { Prune(); prunes++; });
        new ImageLoad(_images.Store).Run(body, quiet: false, _ => Prune(), default);
        Assert.True(prunes > 1, $"{prunes}");
        IsWhole(_images.Store.Resolve("loaded:1"));
    }

    [Fact]
    public void AnImportUnderWayKeepsItsContent()
    {
        using PruningStream body = new(new MemoryStream(ImageFixture.Layer(("f", new string('x', 1_000_000)))), Prune);
        IsWhole(new ImageImport(_images.Store).Run(body, "imported", null, null, null, default));
    }

    [Fact]
    public void ACommitUnderWayKeepsItsContent()
    {
        Image parent = _images.Import("parent", ("f", "1"));
        _images.Snapshotter.Prepare("container", parent.ChainIds);
        File.WriteAllText(_images.Snapshotter.UpperDirectory("container") + "/g", "2");
        Directory.CreateDirectory(_images.Snapshotter.UpperDirectory("container") + "/d/below");
        // Its parent loses its name meanwhile.
        int prunes = 0;
        Meddler meddler = new(() =>
        {
            if (_images.Store.TryResolve("parent") is not null) _images.Store.Remove("parent", force: false);
            Prune();
            prunes++;
        });
        Image made = new ImageCommit(_images.Store, parent.Id, "container", new HashSet<string>(meddler) { "made" })
        {
            Config = new ImageConfig(), Name = Reference.Parse("made:1"),
        }.Run(default);
        Assert.True(prunes > 0);
        IsWhole(made);
        Assert.Equal(2, made.ChainIds.Count);
    }

    [Fact]
    public void ASaveUnderWayKeepsItsContent()
    {
        Image image = _images.Import(null, ("f", new string('x', 100_000)));
        using SavedImages saved = new ImageSave(_images.Store).Prepare([image.Id]);
        Prune();
        Assert.Equal(0, _images.Store.Count);
        using MemoryStream archive = new();
        saved.Write(archive);
        Assert.Equal(image.Id, _images.Load(archive.ToArray()).Single().Id);
    }

    /// <summary>Whoever asks the set for something gives the test its turn.</summary>
    private sealed class Meddler(Action meddle) : IEqualityComparer<string>
    {
        public bool Equals(string? x, string? y) => x == y;

        public int GetHashCode(string obj)
        {
            if (obj != "made") meddle();
            return obj.GetHashCode(StringComparison.Ordinal);
        }
    }

    private void IsWhole(Image image)
    {
        // What is made of its layer behind the caller's back.
        SpinWait.SpinUntil(() => image.Blobs.All(_images.Store.Content.Contains), TimeSpan.FromSeconds(30));
        Prune();
        Assert.All(image.Blobs, digest => Assert.True(_images.Store.Content.Contains(digest), digest));
        Assert.All(image.ChainIds, chain => Assert.True(_images.Snapshotter.Contains(chain), chain));
        _images.Reopen();
        Assert.NotNull(_images.Store.Find(image.Id));
    }

    private string Unpack(string? parent, string content)
    {
        using ILayerUnpack unpack = _images.Snapshotter.Unpack(parent);
        unpack.Apply(new MemoryStream(ImageFixture.Layer((content, content))), default);
        string chain = parent is null ? unpack.DiffId : Digest.Of(Encoding.UTF8.GetBytes($"{parent} {unpack.DiffId}"));
        unpack.Commit(chain, null);
        return chain;
    }

    /// <summary>Blobs, layers and parts of downloads on the disk.</summary>
    private IReadOnlyList<string> Places() =>
        [.. _images.Leftovers().Where(path => !path.Contains("/records/", StringComparison.Ordinal)).Concat(_images.Store.Content.Partials)
            .Order(StringComparer.Ordinal)];

    private sealed class PruningStream(Stream inner, Action prune) : ReadOnlyStream
    {
        public override int Read(Span<byte> buffer)
        {
            prune();
            return inner.Read(buffer.Length > 50_000 ? buffer[..50_000] : buffer);
        }
    }
}
