using Xunit;

namespace Gantry.Base.Tests;

public sealed class LabelPatternTests
{
    private static readonly Dictionary<string, string> Labels = new() { ["a"] = "1=2", ["b"] = "" };

    [Theory]
    [InlineData("a", true)]
    [InlineData("a=1=2", true)]
    [InlineData("a=1", false)]
    [InlineData("b=", true)]
    [InlineData("c", false)]
    public void ANameAloneMatchesAnyValue(string wanted, bool matches) => Assert.Equal(matches, LabelPattern.Matches(wanted, Labels));

    [Fact]
    public void WithoutLabelsNothingMatches() => Assert.False(LabelPattern.Matches("a", null));
}
