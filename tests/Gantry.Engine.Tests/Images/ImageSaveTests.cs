using System.Text.Json;
using Gantry.Engine.Images;

namespace Gantry.Engine.Tests.Images;

public sealed class ImageSaveTests : IDisposable
{
    private readonly ImageFixture _images = new();
    private readonly ImageFixture _other = new();

    public void Dispose()
    {
        _images.Dispose();
        _other.Dispose();
    }

    [Fact]
    public void WhatIsSavedIsLoadedAgain()
    {
        Image image = _images.Import("busybox:1", ("f", "1"));
        Image loaded = _other.Load(_images.Save("busybox:1")).Single();
        Assert.Equal((image.Id, image.Manifest), (loaded.Id, loaded.Manifest));
        Assert.Equal(["busybox:1"], _other.Store.NamesOf(loaded.Id).Select(n => n.Familiar));
    }

    /// <summary>Whichever image each tag is of, and whether or not one of them is the latest.</summary>
    [Fact]
    public void ANameAloneSavesEveryTagOfTheRepository()
    {
        Image one = _images.Import("busybox:1", ("f", "1")), two = _images.Import("busybox:2", ("f", "2"));
        _images.Store.Tag("busybox:2", "busybox", "zwei");
        _images.Store.Tag("busybox:2", "other", "2");
        IReadOnlyList<Image> loaded = _other.Load(_images.Save("busybox"));
        Assert.Equal(new[] { one.Id, two.Id }.Order(), loaded.Select(image => image.Id).Order());
        Assert.Equal(["busybox:2", "busybox:zwei"], _other.Store.NamesOf(two.Id).Select(name => name.Familiar).Order());
    }

    [Fact]
    public void TheSameImagesGiveTheSameBytes()
    {
        _images.Import("a:1", ("f", "1"));
        _images.Import("b:1", ("f", "2"));
        Assert.Equal(_images.Save("a:1", "b:1"), _images.Save("a:1", "b:1"));
    }

    [Fact]
    public void ARepositoryIsSavedWithAllItsTagsAnIdentifierWithNone()
    {
        Image image = _images.Import("r", ("f", "1"));
        _images.Store.Tag("r", "r", "two");
        _images.Store.Tag("r", "other", "x");
        Assert.Equal(["r:latest", "r:two"], NamesIn(_images.Save("r")));
        Assert.Equal(["r:two"], NamesIn(_images.Save("r:two")));
        Assert.Equal(["other:x", "r:two"], NamesIn(_images.Save("r:two", "other:x")));
        Assert.Empty(NamesIn(_images.Save(image.ShortId)));
    }

    /// <summary>64 hexadecimal digits are no name, and need none.</summary>
    [Fact]
    public void AWholeIdentifierIsOne()
    {
        Image image = _images.Import("r", ("f", "1"));
        Assert.Empty(NamesIn(_images.Save(image.Id["sha256:".Length..])));
    }

    [Fact]
    public void SharedLayersAreWrittenOnce()
    {
        byte[] layer = ImageFixture.Layer(("f", new string('x', 100_000)));
        _images.Load(ImageFixture.DockerArchive("a:1", layer));
        _images.Load(ImageFixture.DockerArchive("b:1", layer, ImageFixture.Layer(("g", "1"))));
        Assert.True(_images.Save("a:1", "b:1").Length < 150_000);
    }

    [Fact]
    public void OthersReadIt()
    {
        Image image = _images.Import("busybox:1", config => config with { Labels = new Dictionary<string, string> { ["a"] = "b" } },
            ("f", "1"));
        string path = Path.Combine(_images.Root, "saved.tar");
        File.WriteAllBytes(path, _images.Save("busybox:1"));
        Assert.Contains("\"a\": \"b\"", ImageLoadTests.Run("skopeo", "inspect", $"docker-archive:{path}:busybox:1"));
        string layout = Path.Combine(_images.Root, "layout");
        Directory.CreateDirectory(layout);
        ImageLoadTests.Run("tar", "-C", layout, "-xf", path);
        Assert.Contains(image.DiffIds[0][7..19], ImageLoadTests.Run("skopeo", "inspect", "--config", $"oci:{layout}:1"));
    }

    [Fact]
    public void UnknownNamesFailBeforeTheFirstByte()
    {
        _images.Import("a:1", ("f", "1"));
        Assert.Equal("No such image: nosuch:latest", Assert.Throws<GantryException>(() => _images.Save("a:1", "nosuch")).Message);
        Assert.Throws<GantryException>(() => _images.Save());
    }

    [Fact]
    public void AnImageThatIsBeingSavedStays()
    {
        Image image = _images.Import("a:1", ("f", "1"));
        using (SavedImages saved = new ImageSave(_images.Store).Prepare(["a:1"]))
        {
            _images.Store.Remove("a:1", force: true);
            MemoryStream output = new();
            saved.Write(output);
            Assert.Equal(image.Id, _other.Load(output.ToArray()).Single().Id);
        }
        Assert.Empty(_images.Leftovers());
    }

    private IReadOnlyList<string> NamesIn(byte[] archive)
    {
        foreach (Image image in _other.Store.All) _other.Store.Remove(image.Id, force: true);
        Image loaded = _other.Load(archive).Single();
        return [.. _other.Store.NamesOf(loaded.Id).Select(name => name.Familiar)];
    }
}
