using Gantry.Engine.Images;

namespace Gantry.Engine.Tests.Images;

public sealed class ImageStoreTests : IDisposable
{
    private readonly ImageFixture _images = new();

    public void Dispose() => _images.Dispose();

    [Fact]
    public void AnImageIsFoundByNameIdentifierAndItsBeginning()
    {
        Image image = _images.Import("localhost:5000/a/b:c", ("f", "1"));
        foreach (string text in new[] { "localhost:5000/a/b:c", image.Id, image.Id[7..], image.ShortId, image.Id[..20], image.Id[7..10] })
            Assert.Equal(image.Id, _images.Store.Resolve(text).Id);
    }

    [Theory]
    [InlineData("busybox", "No such image: busybox:latest")]
    [InlineData("a/b:c", "No such image: a/b:c")]
    [InlineData("docker.io/library/x", "No such image: x:latest")]
    [InlineData("sha256:0000000000000000000000000000000000000000000000000000000000000000",
        "No such image: sha256:0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("0000", "No such image: 0000:latest")]
    public void WhatIsNotHere(string text, string message)
    {
        GantryException e = Assert.Throws<GantryException>(() => _images.Store.Resolve(text));
        Assert.Equal((ErrorKind.NotFound, message), (e.Kind, e.Message));
    }

    [Fact]
    public void ANameGoesBeforeAnIdentifier()
    {
        Image image = _images.Import("x", ("f", "1")), other = _images.Import(image.Id[7..12], ("g", "1"));
        Assert.Equal(other.Id, _images.Store.Resolve(image.Id[7..12]).Id);
    }

    [Fact]
    public void AnAmbiguousBeginningIsRefused()
    {
        // Seventeen images: two of them begin with the same digit.
        for (int i = 0; i < 17; i++) _images.Import(null, ("f", $"{i}"));
        string digit = _images.Store.All.GroupBy(image => image.Id[7]).First(group => group.Count() > 1).Key.ToString();
        Assert.Contains("ambiguous", Assert.Throws<GantryException>(() => _images.Store.Resolve(digit)).Message);
    }

    [Fact]
    public void TagsSurviveARestart()
    {
        Image image = _images.Import("a", ("f", "1"));
        _images.Store.Tag("a", "b/c", "d");
        Assert.Throws<GantryException>(() => _images.Store.Tag("a", "UPPER", null));
        Assert.Throws<GantryException>(() => _images.Store.Tag("a", "x@" + image.Id, null));
        Assert.Equal("invalid tag format", Assert.Throws<GantryException>(() => _images.Store.Tag("a", "x", "-bad")).Message);
        Assert.Contains("digest algorithm as name", Assert.Throws<GantryException>(() => _images.Store.Tag("a", "sha256", "1")).Message);
        _images.Reopen();
        Assert.Equal(["b/c:d", "a:latest"], _images.Store.NamesOf(image.Id).Select(name => name.Familiar));
        Assert.NotNull(_images.Store.Resolve("a").LastTagged);
    }

    [Fact]
    public void AnImportHasOneLayerAndItsChanges()
    {
        Image image = new ImageImport(_images.Store).Run(new MemoryStream(ImageFixture.Gzip(ImageFixture.Layer(("f", "12345")))),
            "imported", "1", "why",
            config => config with { Cmd = ["a", "b"], User = "5:6" }, default);
        Assert.Equal(["a", "b"], image.Config.Config!.Cmd!);
        Assert.Equal("5:6", image.Config.Config.User);
        Assert.Equal(("why", 5L), (image.Config.Comment, image.Size));
        Assert.Equal(image.Id, _images.Store.Resolve("imported:1").Id);
    }

    [Fact]
    public void ABadChangeIsRefusedBeforeTheArchiveIsRead()
    {
        Assert.Equal("no", Assert.Throws<GantryException>(() =>
            _images.Import("x", _ => throw GantryException.Invalid("no"), ("f", "1"))).Message);
        Assert.Empty(_images.Leftovers());
    }

    [Fact]
    public void ABadImportLeavesNothing()
    {
        byte[] layer = ImageFixture.Layer(("f", new string('x', 9000)));
        foreach (byte[] body in new[] { [], layer[..5000], "rubbish that is long enough to fill a header"u8.ToArray(),
            ImageFixture.Gzip(layer)[..60], ImageFixture.Layer(("../x", "1")) })
        {
            Assert.Throws<GantryException>(() =>
                new ImageImport(_images.Store).Run(new MemoryStream(body), "x", null, null, null, default));
            Assert.Empty(_images.Leftovers());
        }
    }
}
