using Gantry.Build.Space;

namespace Gantry.Build.Tests.Space;

public sealed class CacheBoundTests
{
    /// <summary>Of a cache of 100 bytes on a disk with 50 free ones.</summary>
    [Theory]
    [InlineData(0, 0, 0, 0)]
    [InlineData(40, 0, 0, 40)]
    [InlineData(0, 70, 0, 70)]
    [InlineData(40, 70, 0, 70)]
    [InlineData(40, 30, 0, 40)]
    [InlineData(0, 0, 80, 70)]
    [InlineData(0, 0, 200, 0)]
    [InlineData(40, 0, 200, 40)]
    [InlineData(0, 60, 80, 60)]
    [InlineData(0, 90, 80, 70)]
    public void SaysHowMuchMayStay(long reserved, long most, long minFree, long keep) =>
        Assert.Equal(keep, Math.Max(new CacheBound(reserved, most, minFree).Keep(used: 100, free: 50), 0));

    [Fact]
    public void EnoughFreeSpaceTakesNothingAway() =>
        Assert.True(new CacheBound(MinFree: 50).Keep(used: 100, free: 50) >= 100);

    [Fact]
    public void TheUsualOneFitsTheDisk()
    {
        Assert.Equal(new CacheBound(10L << 30, 100L << 30, 20L << 30), CachePolicy.UsualBound(1L << 40));
        Assert.Equal(new CacheBound(1000, 6000, 2000), CachePolicy.UsualBound(10000));
    }
}
