using Gantry.Daemon.Http;

namespace Gantry.Daemon.Tests.Http;

public sealed class FilterTests
{
    [Theory]
    [InlineData("{\"label\":[\"a\",\"b=1\"]}")]
    [InlineData("{\"label\":{\"a\":true,\"b=1\":true,\"c\":false}}")]
    public void BothShapesMeanTheSame(string json) => Assert.Equal(["a", "b=1"], RequestFilters.Parse(json)["label"]);

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("null")]
    public void NothingIsNothing(string json) => Assert.True(RequestFilters.Parse(json).IsEmpty);

    [Theory]
    [InlineData("[]")]
    [InlineData("{\"a\":5}")]
    [InlineData("{\"a\":[5]}")]
    [InlineData("{\"a\":{\"b\":5}}")]
    [InlineData("{\"a\":")]
    public void OtherShapesAreInvalid(string json) =>
        Assert.Equal("invalid filter", Assert.Throws<GantryException>(() => RequestFilters.Parse(json)).Message);

    [Fact]
    public void UnknownKeysAreNamed() =>
        Assert.Equal("invalid filter 'colour'",
            Assert.Throws<GantryException>(() => RequestFilters.Parse("{\"colour\":[\"red\"]}").Allow("label")).Message);

    [Fact]
    public void BooleansMustBeOne()
    {
        Assert.True(RequestFilters.Parse("{\"dangling\":[\"1\"]}").Bool("dangling"));
        Assert.False(RequestFilters.Parse("{\"dangling\":[\"false\"]}").Bool("dangling"));
        Assert.Null(RequestFilters.None.Bool("dangling"));
        Assert.Equal("invalid filter 'dangling=[maybe]'",
            Assert.Throws<GantryException>(() => RequestFilters.Parse("{\"dangling\":[\"maybe\"]}").Bool("dangling")).Message);
    }

    [Theory]
    [InlineData("{\"label\":[\"a\"]}", true)]
    [InlineData("{\"label\":[\"a=1\",\"b\"]}", true)]
    [InlineData("{\"label\":[\"a=2\"]}", false)]
    [InlineData("{\"label!\":[\"a\"]}", false)]
    [InlineData("{\"label!\":[\"c\"]}", true)]
    public void AllLabelsMustFit(string json, bool fits) =>
        Assert.Equal(fits, RequestFilters.Parse(json).MatchLabels(new Dictionary<string, string> { ["a"] = "1", ["b"] = "" }));
}
