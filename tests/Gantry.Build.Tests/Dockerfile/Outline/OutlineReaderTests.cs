using Gantry.Build.Dockerfile.Outline;
using Gantry.Build.Dockerfile.Stages;

namespace Gantry.Build.Tests.Dockerfile.Outline;

public sealed class OutlineReaderTests
{
    private const string Text = """
        # VERSION of the base
        ARG VERSION=1
        ARG UNUSED=2
        ARG SUFFIX=x
        # base   has the tools
        FROM alpine:${VERSION} AS Base
        # TOOL is what is installed
        # TOOL names it
        ARG TOOL="make-$SUFFIX"
        ARG SUFFIX
        RUN --mount=type=secret,id=token --mount=type=cache,target=/k true
        FROM busybox AS other
        ARG OTHER
        RUN --mount=type=ssh true

        # not about the stage
        FROM base
        ARG TOOL=other
        RUN --mount=type=secret,id=token,required=true --mount=type=bind,from=other,target=/o true
        """;

    private static TargetOutline Of(string target, params (string Name, string Value)[] given) =>
        OutlineReader.Of(BuildFile.Parse(Text), target, given.ToDictionary(one => one.Name, one => one.Value),
            new Dictionary<string, string> { ["TARGETARCH"] = "amd64" });

    private static string Shown(TargetOutline outline) =>
        string.Join(' ', outline.Arguments.Select(argument => $"{argument.Name}={argument.Value}@{argument.Range.Line}"));

    [Fact]
    public void WhatATargetAsksForIsFoundInAllThatItNeeds()
    {
        TargetOutline last = Of("");
        Assert.Equal((null, null), (last.Name, last.Description));
        Assert.Equal("VERSION=1@2 SUFFIX=x@4 TOOL=make-@9 OTHER=@13", Shown(last));
        Assert.Equal([("token", true)], last.Secrets.Select(secret => (secret.Id, secret.IsRequired)));
        Assert.Equal(["default"], last.Agents.Select(agent => agent.Id));
        Assert.Equal(["/k"], last.Caches.Select(cache => cache.Id));
    }

    [Fact]
    public void WhatTheBuildSaysCountsAndWhatTheAuthorSaysIsFound()
    {
        TargetOutline target = Of("BASE", ("TOOL", "mine"), ("VERSION", "9"));
        Assert.Equal(("base", "has the tools"), (target.Name, target.Description));
        Assert.Equal("VERSION=9@2 SUFFIX=x@4 TOOL=mine@9", Shown(target));
        Assert.Equal(["of the base", null, "names it"], target.Arguments.Select(argument => argument.Description));
        Assert.Equal([("token", false)], target.Secrets.Select(secret => (secret.Id, secret.IsRequired)));
        Assert.Empty(target.Agents);
    }

    [Fact]
    public void ATargetThatIsNotThereIsMissed() =>
        Assert.Equal("target stage \"nope\" could not be found", Assert.Throws<GantryException>(() => Of("nope")).Message);

    [Fact]
    public void TheStagesAreTheTargets() => Assert.Equal(
        [("base", false, "has the tools", "alpine:${VERSION}"), ("other", false, null, "busybox"), (null, true, null, "base")],
        OutlineStage.All(BuildFile.Parse(Text)).Select(stage => (stage.Name, stage.IsDefault, stage.Description, stage.Base)));
}
