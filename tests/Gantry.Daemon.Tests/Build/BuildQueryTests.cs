using Gantry.Daemon.Build;
using Gantry.Daemon.Http;
using Gantry.Engine.Containers;
using Microsoft.AspNetCore.Http.Features;

namespace Gantry.Daemon.Tests.Build;

public sealed class BuildQueryTests
{
    private static BuildQuery Read(string key, string json)
    {
        FeatureCollection features = new();
        features.Set<IHttpRequestFeature>(new HttpRequestFeature { QueryString = $"?{key}={Uri.EscapeDataString(json)}" });
        return BuildQuery.Read(new RequestContext(features), new CgroupSupport { Version = 2 }, []);
    }

    /// <summary>Where a member is nothing, nobody after this has to look.</summary>
    [Theory]
    [InlineData("contexts", """{"a":null}""")]
    [InlineData("labels", """{"a":null}""")]
    [InlineData("cachefrom", "[null]")]
    [InlineData("nocachefilter", "[null]")]
    [InlineData("ulimits", "[null]")]
    [InlineData("ulimits", "[{")]
    [InlineData("labels", "[]")]
    public void AMemberThatIsNothingIsTheCallersMistake(string key, string json)
    {
        GantryException refused = Assert.Throws<GantryException>(() => Read(key, json));
        Assert.Equal((ErrorKind.InvalidArgument, $"error reading {key}"), (refused.Kind, refused.Message));
    }

    /// <summary>dockerd's words, before a build begins and so with a status of their own.</summary>
    [Fact]
    public void APlatformThatIsNoneIsRefusedAtOnce() =>
        Assert.Equal("\"xyz\": unknown operating system or architecture: invalid argument",
            Assert.Throws<GantryException>(() => Read("platform", "xyz")).Message);

    [Fact]
    public void SeveralPlatformsAreRefusedInWords() => Assert.Equal(
        (ErrorKind.Unsupported, "a build is for one platform, and \"linux/amd64,linux/arm64\" are several: build for each"),
        Assert.Throws<GantryException>(() => Read("platform", "linux/amd64,linux/arm64")) is var refused ? (refused.Kind, refused.Message)
            : default);

    [Fact]
    public void NothingAtAllIsNone()
    {
        Assert.Empty(Read("contexts", "null").Contexts);
        Assert.Empty(Read("labels", "null").Options.Labels);
        Assert.Equal(["a", "b"], Read("cachefrom", """["a","b"]""").CacheFrom);
    }
}
