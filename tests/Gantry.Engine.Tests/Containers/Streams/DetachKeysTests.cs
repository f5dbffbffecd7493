using System.Text;
using Gantry.Engine.Containers;
using Gantry.Engine.Containers.Streams;
using Xunit;

namespace Gantry.Engine.Tests.Containers.Streams;

public sealed class DetachKeysTests
{
    [Theory]
    [InlineData("ls\n", "ls\n", false)]
    [InlineData("ab\u0010\u0011cd", "ab", true)]
    [InlineData("\u0010x", "\u0010x", false)]
    [InlineData("\u0010\u0010\u0011", "\u0010", true)]
    [InlineData("a\u0010", "a", false)]
    public void TheDefaultSequenceIsFoundAndAnythingElseGoesOn(string typed, string passed, bool detached)
    {
        byte[] output = new byte[64];
        Assert.Equal(detached, DetachKeys.Default.Filter(Encoding.ASCII.GetBytes(typed), output, out int length));
        Assert.Equal(passed, Encoding.ASCII.GetString(output, 0, length));
    }

    [Fact]
    public void ASequenceMayComeInTwoReads()
    {
        DetachKeys keys = DetachKeys.Parse("ctrl-a,x");
        byte[] output = new byte[8];
        Assert.False(keys.Filter([1], output, out int length));
        Assert.Equal(0, length);
        Assert.True(keys.Filter("x"u8, output, out _));
    }

    [Theory]
    [InlineData("ctrl-")]
    [InlineData("ctrl-p,")]
    [InlineData("ab")]
    [InlineData("ctrl-1")]
    public void WhatNamesNoKeyIsRefused(string keys) =>
        Assert.Equal($"Invalid detach keys ({keys}) provided", Assert.Throws<GantryException>(() => DetachKeys.Parse(keys)).Message);
}
