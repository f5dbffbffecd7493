using Gantry.Cli.Output;
using Xunit;

namespace Gantry.Cli.Tests.Output;

public sealed class TabWriterTests
{
    [Theory]
    [InlineData("no tabs\nat all", "no tabs\nat all")]
    [InlineData("a\tb\n", "a         b\n")]
    [InlineData("long enough\tb\nx\ty\n", "long enough   b\nx             y\n")]
    [InlineData("a\t\tc\n", "a                   c\n")]
    [InlineData("日本\tb\nabcdefgh\tb\n", "日本       b\nabcdefgh   b\n")]
    [InlineData("aaaaaaaaaaaa\tb\nplain\nc\td\n", "aaaaaaaaaaaa   b\nplain\nc         d\n")]
    [InlineData("a\tb", "a         b")]
    public void AlignsColumns(string text, string expected) => Assert.Equal(expected, TabWriter.Align(text));

    [Fact]
    public void KeepsToOtherWidths() => Assert.Equal(" Version:           1\n", TabWriter.Align(" Version:\t1\n", 20, 1));
}
