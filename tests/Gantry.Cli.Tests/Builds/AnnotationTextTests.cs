using Gantry.Cli.Builds;
using Xunit;

namespace Gantry.Cli.Tests.Builds;

public sealed class AnnotationTextTests
{
    [Theory]
    [InlineData("a=b", "manifest//a/b")]
    [InlineData("a=", "manifest//a/")]
    [InlineData("org.x:y=b=c:d", "manifest//org.x:y/b=c:d")]
    [InlineData("manifest:a=b", "manifest//a/b")]
    [InlineData("index:a=b", "index//a/b")]
    [InlineData("manifest-descriptor[linux/arm64]:a=b", "manifest-descriptor/linux/arm64/a/b")]
    [InlineData("index,manifest[linux/arm/v7]:a=b", "index//a/b manifest/linux/arm/v7/a/b")]
    public void ItIsPlaced(string text, string placed) => Assert.Equal(placed,
        string.Join(' ', AnnotationText.Parse(text).Select(one => $"{one.Place}/{one.Platform}/{one.Key}/{one.Value}")));

    [Theory]
    [InlineData("a")]
    [InlineData("=b")]
    [InlineData("index:=b")]
    [InlineData("index-descriptor:a=b")]
    [InlineData("manifest[:a=b")]
    [InlineData("manifest[]:a=b")]
    public void WhatIsNoneIsRefused(string text) => Assert.Throws<FormatException>(() => AnnotationText.Parse(text));
}
