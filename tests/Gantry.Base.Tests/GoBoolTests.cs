using Xunit;

namespace Gantry.Base.Tests;

public sealed class GoBoolTests
{
    [Theory]
    [InlineData("1", true)]
    [InlineData("T", true)]
    [InlineData("True", true)]
    [InlineData("0", false)]
    [InlineData("f", false)]
    [InlineData("FALSE", false)]
    [InlineData("tRUE", null)]
    [InlineData("yes", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    public void AsGoReadsThem(string? text, bool? value) => Assert.Equal(value, GoBool.Parse(text));
}
