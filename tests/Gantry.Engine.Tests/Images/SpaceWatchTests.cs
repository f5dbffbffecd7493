using Gantry.Engine.Images;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gantry.Engine.Tests.Images;

public sealed class SpaceWatchTests : IDisposable
{
    private const long Total = 1000 << 20;
    private readonly ImageFixture _images = new();
    private long _free = 40 << 20;
    private SpacePolicy _policy = new();

    public void Dispose() => _images.Dispose();

    [Fact]
    public void WithoutLeaveNoImageGoes()
    {
        _images.Import("one", ("f", "1"));
        NewWatch().Look();
        Assert.Single(_images.Store.All);
    }

    [Fact]
    public void UnusedImagesGoWhenSpaceIsShortAndOnlyThen()
    {
        _policy = _policy with { UnusedImages = TimeSpan.Zero };
        Image used = _images.Import("used", ("a", "1"));
        _images.Import("unused", ("b", "2"));
        _images.Users.Add((used.Id, new ImageUser("c", Running: false, "used")));
        using SpaceWatch watch = NewWatch();
        _free = 60 << 20;
        watch.Look();
        Assert.Equal(2, _images.Store.Count);
        _free = 40 << 20;
        watch.Look();
        Assert.Equal(used.Id, Assert.Single(_images.Store.All).Id);
    }

    [Fact]
    public void TheLongestUnusedGoesFirstAndNoMoreThanNeeded()
    {
        _policy = _policy with { UnusedImages = TimeSpan.Zero, Enough = new FreeSpace(_free + (1 << 20), IsPercent: false) };
        _images.Import("older", ("a", new string('x', 2 << 20)));
        Image newer = _images.Import("newer", ("b", new string('y', 2 << 20)));
        NewWatch().Look();
        Assert.Equal(newer.Id, Assert.Single(_images.Store.All).Id);
    }

    [Fact]
    public void WhatWasUsedLatelyStays()
    {
        _policy = _policy with { UnusedImages = TimeSpan.FromHours(1) };
        _images.Import("one", ("f", "1"));
        NewWatch().Look();
        Assert.Single(_images.Store.All);
    }

    [Fact]
    public void DownloadsThatNobodyGoesOnWithGoFirst()
    {
        string digest = "sha256:" + new string('a', 64);
        using (Storage.Content.PartialBlob partial = _images.Store.Content.BeginPartial(digest)) partial.Write(new byte[1000]);
        string file = Directory.EnumerateFiles(_images.Root + "/content/partial").Single();
        NewWatch().Look();
        Assert.True(File.Exists(file), "somebody may still go on with it");
        File.SetLastWriteTimeUtc(file, DateTime.UtcNow.AddHours(-1));
        _free = 60 << 20;
        NewWatch().Look();
        Assert.True(File.Exists(file), "there is room for it");
        _free = 40 << 20;
        NewWatch().Look();
        Assert.False(File.Exists(file));
    }

    [Fact]
    public void WhatTheKernelRefusesEndsNothing() =>
        new SpaceWatch(_images.Store, () => _policy, () => throw new Linux.KernelException("statfs", Linux.Errno.EIO),
            NullLogger<SpaceWatch>.Instance).Look();

    [Theory]
    [InlineData("10%", 100 << 20)]
    [InlineData("2.5%", 25 << 20)]
    [InlineData("5GB", 5L << 30)]
    [InlineData("512m", 512L << 20)]
    [InlineData("1000", 1000)]
    public void MarksAreAPartOrASize(string text, long bytes)
    {
        Assert.True(FreeSpace.TryParse(text, out FreeSpace space));
        Assert.Equal(bytes, space.Of(Total));
    }

    [Theory]
    [InlineData("")]
    [InlineData("%")]
    [InlineData("101%")]
    [InlineData("-1")]
    [InlineData("5 apples")]
    public void OtherMarksAreRefused(string text) => Assert.False(FreeSpace.TryParse(text, out _));

    private SpaceWatch NewWatch() => new(_images.Store, () => _policy, () => new DiskSpace(_free, Total), NullLogger<SpaceWatch>.Instance);
}
