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
            ["CMD [\"a\", \"b\"]", "ENTRYPOINT run me", "ENV A=1 B=\"2 3\"", "env A 5 6", "EXPOSE 80 53/udp", "LABEL x=y", "USER 5:6",
                "WORKDIR /w", "VOLUME /v", "STOPSIGNAL SIGINT", "ONBUILD RUN x", "HEALTHCHECK --interval=1m30s --retries=3 CMD curl x"],
                default);
        Oci.Image.ImageConfig config = image.Config.Config!;
        Assert.Equal(["a", "b"], config.Cmd!);
        Assert.Equal(["/bin/sh", "-c", "run me"], config.Entrypoint!);
        Assert.Equal(["A=5 6", "B=2 3"], config.Env!);
        Assert.Equal(["80/tcp", "53/udp"], config.ExposedPorts!.Keys);
        Assert.Equal(("5:6", "/w", "SIGINT", "y"), (config.User, config.WorkingDir, config.StopSignal, config.Labels!["x"]));
        Assert.Equal(90_000_000_000, config.Healthcheck!.Interval);
        Assert.Equal(["CMD-SHELL", "curl x"], config.Healthcheck.Test!);
        Assert.Equal(("why", 5L), (image.Config.Comment, image.Size));
        Assert.Equal(image.Id, _images.Store.Resolve("imported:1").Id);
    }

    [Theory]
    [InlineData("RUN x", "run is not a valid change command")]
    [InlineData("USER", "USER requires exactly one argument")]
    [InlineData("ENV x", "ENV must have two arguments")]
    [InlineData("EXPOSE x", "invalid containerPort: x")]
    [InlineData("LABEL a=\"b", "double-quote")]
    public void BadChangesAreRefusedBeforeTheArchiveIsRead(string change, string message)
    {
        Assert.Contains(message, Assert.Throws<GantryException>(() => _images.Import("x", [change], ("f", "1"))).Message);
        Assert.Empty(_images.Leftovers());
    }

    [Fact]
    public void ABadImportLeavesNothing()
    {
        byte[] layer = ImageFixture.Layer(("f", new string('x', 9000)));
        foreach (byte[] body in new[] { [], layer[..5000], "rubbish that is long enough to fill a header"u8.ToArray(),
            ImageFixture.Gzip(layer)[..60], ImageFixture.Layer(("../x", "1")) })
        {
            Assert.Throws<GantryException>(() => new ImageImport(_images.Store).Run(new MemoryStream(body), "x", null, null, [], default));
            Assert.Empty(_images.Leftovers());
        }
    }
}
