using Gantry.Engine.Host;
using Gantry.Engine.Images;
using Gantry.Engine.Tests.Images;

namespace Gantry.Engine.Tests.Host;

public sealed class StoreUsageTests : IDisposable
{
    private readonly ImageFixture _images = new();

    public void Dispose() => _images.Dispose();

    [Fact]
    public void AnImportedImageAloneSharesNothing()
    {
        Image image = _images.Import("alone", ("f", "1"));
        // The archive is not compressed, so it has the layer's name.
        Assert.Contains(image.ChainIds[0], image.Blobs);
        StoreUsage usage = new(_images.Store);
        Assert.Equal(0, usage.SharedOf(image));
        Assert.True(usage.Of(image) > 0);
    }

    [Fact]
    public void WhatTwoImagesHaveIsSharedAndNothingElse()
    {
        byte[] shared = ImageFixture.Layer(("s", "1"));
        Image one = _images.Load(ImageFixture.DockerArchive("a:1", shared)).Single(),
            both = _images.Load(ImageFixture.DockerArchive("b:1", shared, ImageFixture.Layer(("t", "1")))).Single();
        StoreUsage usage = new(_images.Store);
        Assert.InRange(usage.SharedOf(one), 1, usage.Of(one) - 1);
        Assert.Equal(usage.SharedOf(one), usage.SharedOf(both));
    }
}
