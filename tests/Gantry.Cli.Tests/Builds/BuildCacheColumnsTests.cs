using Gantry.Api.Builds;
using Gantry.Cli.Builds;
using Gantry.Cli.Output;
using Xunit;

namespace Gantry.Cli.Tests.Builds;

public sealed class BuildCacheColumnsTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 30, 12, 0, 0, TimeSpan.Zero);

    private static readonly BuildCache[] Records =
    [
        new() { ID = "ndlpt0hhvkqcdfkputsk4cq9c", Type = "regular", Size = 1000, CreatedAt = Now.AddHours(-2), UsageCount = 3,
            InUse = true },
        new() { ID = "b", Type = "source.local", Size = 500, CreatedAt = Now.AddHours(-3), LastUsedAt = Now.AddMinutes(-5) },
        new() { ID = "c", Type = "regular", Size = 70, CreatedAt = Now.AddHours(-3), Shared = true },
    ];

    [Fact]
    public void WhatIsSharedIsCountedWhereItIsFrom()
    {
        Assert.Equal(1500, BuildCacheColumns.Size(Records));
        Assert.Equal(500, BuildCacheColumns.Reclaimable(Records));
    }

    [Fact]
    public void ATableAsDockers() => Assert.Equal(
        """
        CACHE ID       CACHE TYPE     SIZE      CREATED       LAST USED       USAGE     SHARED
        ndlpt0hhvkqc   regular        1kB       2 hours ago                   3         false
        b              source.local   500B      3 hours ago   5 minutes ago   0         false
        c              regular        70B       3 hours ago                   0         true

        """, Listing.Parse("",
            "{{.ID}}\t{{.CacheType}}\t{{.Size}}\t{{.CreatedSince}}\t{{.LastUsedSince}}\t{{.UsageCount}}\t{{.Shared}}")
            .Render(BuildCacheColumns.Create(true, Now), Records));
}
