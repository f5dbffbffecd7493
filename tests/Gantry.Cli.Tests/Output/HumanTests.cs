using Gantry.Cli.Output;
using Xunit;

namespace Gantry.Cli.Tests.Output;

public sealed class HumanTests
{
    [Theory]
    [InlineData(0, "Less than a second")]
    [InlineData(1, "1 second")]
    [InlineData(59, "59 seconds")]
    [InlineData(60, "About a minute")]
    [InlineData(119, "About a minute")]
    [InlineData(120, "2 minutes")]
    [InlineData(3599, "59 minutes")]
    [InlineData(3600, "About an hour")]
    [InlineData(5399, "About an hour")]
    [InlineData(5400, "2 hours")]
    [InlineData(86400 * 2 - 1801, "47 hours")]
    [InlineData(86400 * 2, "2 days")]
    [InlineData(86400 * 14, "2 weeks")]
    [InlineData(86400 * 60, "2 months")]
    [InlineData(86400 * 730, "2 years")]
    public void SpeaksOfDurationsLikeDocker(long seconds, string expected) =>
        Assert.Equal(expected, Duration.Words(TimeSpan.FromSeconds(seconds)));

    [Theory]
    [InlineData(0, 3, "0B")]
    [InlineData(999, 3, "999B")]
    [InlineData(1000, 3, "1kB")]
    [InlineData(1982319, 3, "1.98MB")]
    [InlineData(1982319, 4, "1.982MB")]
    [InlineData(999999, 3, "1e+03kB")]
    [InlineData(1234567890123, 3, "1.23TB")]
    public void CountsSizesInThousands(long bytes, int digits, string expected) => Assert.Equal(expected, ByteSize.Text(bytes, digits));

    [Fact]
    public void CountsMemoryIn1024() => Assert.Equal("23.54GiB", ByteSize.BinaryText(25276510208));

    [Theory]
    [InlineData("sha256:6f9d6e0568789c0307bb", "6f9d6e056878")]
    [InlineData("6f9d6e0568789c0307bb", "6f9d6e056878")]
    [InlineData("<missing>", "<missing>")]
    public void ShortensIds(string id, string expected) => Assert.Equal(expected, Shorten.Id(id));

    [Theory]
    [InlineData("short", 20, "short")]
    [InlineData("exactly twenty chars", 20, "exactly twenty chars")]
    [InlineData("one more than twenty.", 20, "one more than twent…")]
    [InlineData("日本語日本語日本語日本語", 20, "日本語日本語日本語…")]
    public void CutsByTheColumnsOfATerminal(string text, int width, string expected) => Assert.Equal(expected, Shorten.Text(text, width));
}
