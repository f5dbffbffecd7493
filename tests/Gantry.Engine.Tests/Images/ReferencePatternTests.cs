using System.Diagnostics;
using Gantry.Engine.Images;
using Gantry.Registry;

namespace Gantry.Engine.Tests.Images;

public sealed class ReferencePatternTests
{
    [Theory]
    [InlineData("busybox", "busybox:1", true)]
    [InlineData("busybox:1", "busybox:1", true)]
    [InlineData("busybox:2", "busybox:1", false)]
    [InlineData("*", "busybox:1", true)]
    [InlineData("*", "a/b:1", false)]
    [InlineData("*/*", "a/b:1", true)]
    [InlineData("*/*", "busybox:1", false)]
    [InlineData("**/b", "a/b:1", true)]
    [InlineData("*ox:*1", "busybox:0.1", true)]
    [InlineData("b*y*x", "busybox:1", true)]
    [InlineData("b*z*", "busybox:1", false)]
    [InlineData("*y/*", "quay.io/busy/box:1", false)]
    [InlineData("quay.io/*/box", "quay.io/busy/box:1", true)]
    [InlineData("busybo?", "busybox:1", true)]
    [InlineData("a?b", "a/b:1", false)]
    [InlineData("b[a-u]s[^a]box", "busybox:1", true)]
    [InlineData("b[^a-u]sybox", "busybox:1", false)]
    [InlineData(@"b\usybox", "busybox:1", true)]
    [InlineData(@"b[\u]sybox", "busybox:1", true)]
    [InlineData("docker.io/library/busybox", "busybox:1", false)]
    [InlineData("", "busybox:1", false)]
    public void Matches(string pattern, string name, bool fits)
    {
        ReferencePattern.Check(pattern);
        Assert.Equal(fits, ReferencePattern.Matches(pattern, Reference.Parse(name)));
    }

    [Theory]
    [InlineData("[")]
    [InlineData("a[]")]
    [InlineData("a[^]")]
    [InlineData("a[b")]
    [InlineData("a[b-]")]
    [InlineData("a[-b]")]
    [InlineData("a\\")]
    [InlineData("*[")]
    public void WhatIsNoPatternIsRefused(string pattern) =>
        Assert.Equal("syntax error in pattern", Assert.Throws<GantryException>(() => ReferencePattern.Check(pattern)).Message);

    [Fact]
    public void ManyStarsTakeNoTime()
    {
        Stopwatch watch = Stopwatch.StartNew();
        Assert.False(ReferencePattern.Matches(string.Concat(Enumerable.Repeat("*a", 100)) + "b", Reference.Parse(new string('a', 200))));
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(60));
    }
}
