using Gantry.BuildKit.Solving;
using Gantry.Daemon.Build;
using Gantry.Engine.Containers;

namespace Gantry.Daemon.Tests.Build;

/// <summary>Options of the front end for Dockerfiles: each is done, or refused in words that name it.</summary>
public sealed class FrontendQueryTests
{
    private static BuildQuery Read(string name, string value) => new FrontendQuery(new CgroupSupport { Version = 2 }, [])
        .Read(new SolveOrder("dockerfile.v0", new Dictionary<string, string> { [name] = value }) { Build = "b" });

    [Theory]
    [InlineData("multi-platform", "maybe", "invalid boolean value for multi-platform: maybe")]
    [InlineData("build-arg:BUILDKIT_MULTI_PLATFORM", "maybe", "invalid boolean value for build-arg:BUILDKIT_MULTI_PLATFORM: maybe")]
    [InlineData("image-resolve-mode", "x", "invalid image-resolve-mode: x")]
    [InlineData("attest:provenance", "mode=bogus", "invalid attest:provenance: mode=bogus")]
    [InlineData("attest:provenance", "mode=min,disabled=perhaps", "invalid attest:provenance: disabled=perhaps")]
    [InlineData("attest:provenance", "version=v9", "invalid attest:provenance: version=v9")]
    [InlineData("attest:provenance", "colour=red", "invalid attest:provenance: colour=red")]
    [InlineData("attest:sbom", "mode=max", "invalid attest:sbom: mode=max")]
    [InlineData("platform", "linux/amd64,", "a platform has no name")]
    [InlineData("platform", "linux/amd64,xyz", "unknown operating system or architecture")]
    [InlineData("source-date-epoch", "x", "invalid source-date-epoch: x")]
    [InlineData("no-cache", "\0", "the option no-cache of a build has a NUL")]
    [InlineData("target", "\0", "the option target of a build has a NUL")]
    [InlineData("label:a\0b", "c", @"the option label:a\0b of a build has a NUL")]
    [InlineData("label:a", "c\0", "the option label:a of a build has a NUL")]
    [InlineData("build-arg:a", "c\0", "the option build-arg:a of a build has a NUL")]
    [InlineData("label:", "x", "the option label: of a build has no name")]
    [InlineData("build-arg:", "x", "the option build-arg: of a build has no name")]
    [InlineData("context:", "local:x", "the option context: of a build has no name")]
    [InlineData("cgroup-parent", "../../../x", "cgroup-parent: \"../../../x\" is no path of a control group")]
    [InlineData("cgroup-parent", "/a/../../b", "cgroup-parent: \"/a/../../b\" is no path of a control group")]
    [InlineData("shm-size", "9223372036854775807", "shm-size: 9223372036854775807 bytes are more than any machine's memory")]
    [InlineData("shm-size", "-1", "failed to parse shm-size: -1")]
    public void WhatMakesNoSenseIsTheCallersMistake(string name, string value, string why)
    {
        GantryException refused = Assert.Throws<GantryException>(() => Read(name, value));
        Assert.Equal(ErrorKind.InvalidArgument, refused.Kind);
        Assert.Contains(why, refused.Message);
    }

    /// <summary>What is for one platform alone is there for that one.</summary>
    [Fact]
    public void AContextMayBeOfOnePlatform()
    {
        BuildQuery Contexts(string platforms, params (string Key, string Value)[] contexts) =>
            new FrontendQuery(new CgroupSupport { Version = 2 }, []).Read(new SolveOrder("dockerfile.v0",
                contexts.Append(("platform", platforms)).ToDictionary(one => one.Item1, one => one.Item2)) { Build = "b" });
        Assert.Equal("docker-image://arm", Contexts("linux/arm64", ("context:a::linux/amd64", "docker-image://amd"),
            ("context:a::linux/arm64", "docker-image://arm")).Contexts["a"]);
        Assert.Equal("docker-image://same", Contexts("linux/amd64,linux/arm64", ("context:a::linux/amd64", "docker-image://same"),
            ("context:a::linux/arm64", "docker-image://same")).Contexts["a"]);
        Assert.Contains("build for each", Assert.Throws<GantryException>(() => Contexts("linux/amd64,linux/arm64",
            ("context:a::linux/amd64", "docker-image://amd"), ("context:a::linux/arm64", "docker-image://arm"))).Message);
    }

    [Theory]
    [InlineData("attest:other", "", "the attestation other is not made")]
    [InlineData("attest:sbom", "generator=some/image", "no generator is run")]
    public void WhatIsNotAttestedHereIsRefused(string name, string value, string why) =>
        Assert.Contains(why, Assert.Throws<GantryException>(() => Read(name, value)).Message);

    [Fact]
    public void WhatClientsSayIsTaken()
    {
        Assert.True(Read("image-resolve-mode", "pull").Pull);
        Assert.False(Read("image-resolve-mode", "local").Pull);
        Assert.False(Read("image-resolve-mode", "default").Pull);
        Assert.Empty(Read("multi-platform", "false").Warnings);
        Assert.Empty(Read("attest:provenance", "disabled=true").Warnings);
        Assert.Empty(Read("attest:provenance", "mode=min,inline-only=true").Warnings);
        Assert.True(Read("attest:provenance", "mode=min,inline-only=true").Attestations.IsEmpty);
        Attestations attested = Read("attest:provenance", "mode=max,version=v1,builder-id=https://b/1,reproducible=true").Attestations;
        Assert.Equal((true, true, "https://b/1", true), (attested.Provenance!.IsMax, attested.Provenance.IsV1,
            attested.Provenance.BuilderId, attested.Provenance.IsReproducible));
        Assert.True(Read("attest:sbom", "").Attestations.HasPackages);
        Assert.Equal(["linux/amd64", "linux/arm/v7"], Read("platform", "linux/amd64,linux/arm/v7").Platforms);
        Assert.Equal([true, false], ((string[])["true", "false"]).Select(text => Read("multi-platform", text).GivesIndex));
        Assert.True(Read("build-arg:BUILDKIT_MULTI_PLATFORM", "1").GivesIndex);
        Assert.Equal("/a/b", Read("cgroup-parent", "/a/b").Options.Surroundings.CgroupParent);
        Assert.Equal(1L << 30, Read("shm-size", "1073741824").Options.Surroundings.SharedMemory);
        Assert.Contains("source-date-epoch", Assert.Single(Read("source-date-epoch", "1").Warnings));
    }

    /// <summary>For BuildKit too it is a mark, whatever it says: its front end asks for no other when it is there.</summary>
    [Fact]
    public void TheNameOfAFrontEndThatWasAskedIsAMarkAlone() => Assert.Empty(Read("cmdline", "evil/frontend").Warnings);
}
