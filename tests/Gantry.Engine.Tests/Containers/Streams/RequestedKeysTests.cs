using Gantry.Engine.Containers.Streams;
using Xunit;

namespace Gantry.Engine.Tests.Containers.Streams;

public sealed class RequestedKeysTests
{
    [Theory]
    [InlineData("ctrl-")]
    [InlineData("ctrl-p,")]
    [InlineData("ab")]
    [InlineData("ctrl-1")]
    public void WhatNamesNoKeyIsRefused(string keys) =>
        Assert.Equal($"Invalid detach keys ({keys}) provided", Assert.Throws<GantryException>(() => RequestedKeys.Parse(keys)).Message);
}
