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

    [Theory]
    [InlineData("cgroupparent", "../../x", "is no path of a control group")]
    [InlineData("shmsize", "9223372036854775807", "are more than any machine's memory")]
    public void WhatNoStepCanHaveAroundItIsTheCallersMistake(string key, string value, string why)
    {
        GantryException refused = Assert.Throws<GantryException>(() => Read(key, value));
        Assert.Equal(ErrorKind.InvalidArgument, refused.Kind);
        Assert.Contains(why, refused.Message);
    }

    /// <summary>dockerd's words, before a build begins and so with a status of their own.</summary>
    [Fact]
    public void APlatformThatIsNoneIsRefusedAtOnce() =>
        Assert.Equal("\"xyz\": unknown operating system or architecture: invalid argument",
            Assert.Throws<GantryException>(() => Read("platform", "xyz")).Message);

    /// <summary>Docker's word is for one, as dockerd says; ours is for several, each once.</summary>
    [Fact]
    public void SeveralPlatformsHaveAWordOfTheirOwn()
    {
        GantryException refused = Assert.Throws<GantryException>(() => Read("platform", "linux/amd64,linux/arm64"));
        Assert.Equal((ErrorKind.InvalidArgument, "\"amd64,linux\" is an invalid component of \"linux/amd64,linux/arm64\": platform "
            + "specifier component must match \"^[A-Za-z0-9_-]+$\": invalid argument"), (refused.Kind, refused.Message));
        Assert.Equal(["linux/amd64", "linux/arm64"], Read("platforms", """["linux/amd64","linux/aarch64","arm64"]""").Platforms);
        Assert.Equal([null], Read("platforms", "[]").Platforms);
    }

    [Theory]
    [InlineData("platforms", """["xyz"]""", "unknown operating system or architecture")]
    [InlineData("platforms", """[""]""", "a platform has no name")]
    [InlineData("placedannotations", """[{"Place":"index","Key":""}]""", "an annotation has no name")]
    [InlineData("placedannotations", """[{"Place":"else","Key":"a"}]""", "its place is manifest, manifest-descriptor or index")]
    [InlineData("placedannotations", """[{"Place":"index","Key":"a","Platform":"linux/amd64"}]""", "an index is of no platform")]
    [InlineData("attestations", """[{"Type":"other"}]""", "a type is provenance or sbom")]
    [InlineData("attestations", """[{"Type":"sbom"},{"Type":"sbom"}]""", "sbom is there twice")]
    [InlineData("attestations", """[{"Type":"provenance","Mode":"huge"}]""", "mode is min or max")]
    [InlineData("attestations", """[{"Type":"provenance","Version":"v9"}]""", "version is v0.2 or v1")]
    [InlineData("attestations", "[null]", "error reading attestations")]
    public void WhatAnIndexCannotHaveIsTheCallersMistake(string key, string json, string why)
    {
        GantryException refused = Assert.Throws<GantryException>(() => Read(key, json));
        Assert.Equal(ErrorKind.InvalidArgument, refused.Kind);
        Assert.Contains(why, refused.Message);
    }

    [Fact]
    public void NothingAtAllIsNone()
    {
        Assert.Empty(Read("contexts", "null").Contexts);
        Assert.Empty(Read("labels", "null").Options.Labels);
        Assert.Equal(["a", "b"], Read("cachefrom", """["a","b"]""").CacheFrom);
    }
}
