using System.Text.Json;
using Gantry.EndToEnd.Daemons;
using Gantry.EndToEnd.Engines;
using Gantry.EndToEnd.Processes;

namespace Gantry.EndToEnd.Builds;

/// <summary>What is said of a Dockerfile that can be built: alone, and beside a build.</summary>
public sealed class CheckTests(SharedDaemons daemons) : EngineTests(daemons), IDisposable
{
    private const string Questionable = "FROM busybox AS One\nMAINTAINER me\nCOPY left /\nENV A=$NOTHING P=$PATH\nCMD echo hi\n";

    private readonly Scratch _scratch = new();

    public void Dispose() => _scratch.Dispose();

    private async Task<string> Context(string dockerfile, string ignored = "")
    {
        string directory = Directory.CreateDirectory(_scratch["c"]).FullName;
        await File.WriteAllTextAsync(_scratch["c/Dockerfile"], dockerfile);
        await File.WriteAllTextAsync(_scratch["c/left"], "x");
        await File.WriteAllTextAsync(_scratch["c/.dockerignore"], ignored);
        return directory;
    }

    [Fact]
    public async Task ADockerfileIsCheckedAndNothingIsBuilt()
    {
        await using Engine engine = await Use("gantry");
        string context = await Context(Questionable, "left\n");
        foreach (string[] options in new string[][] { ["--check"], ["--call=check"], ["--call", "check", "--build-arg", "X=y"] })
        {
            Command.Result checkedOnce = await engine.Run(["build", .. options, context]);
            Assert.Equal((1, ""), (checkedOnce.Code, checkedOnce.Error));
            Assert.StartsWith("""
                Check complete, 5 warnings have been found!

                WARNING: StageNameCasing - https://docs.docker.com/go/dockerfile/rule/stage-name-casing/
                Stage name 'One' should be lowercase
                Dockerfile:1
                --------------------
                   1 | >>> FROM busybox AS One
                   2 |     MAINTAINER me
                   3 |     COPY left /
                --------------------

                WARNING: MaintainerDeprecated - https://docs.docker.com/go/dockerfile/rule/maintainer-deprecated/
                """, checkedOnce.Output);
            Assert.Contains("""

                WARNING: JSONArgsRecommended - https://docs.docker.com/go/dockerfile/rule/json-args-recommended/
                JSON arguments recommended for CMD to prevent unintended behavior related to OS signals
                Dockerfile:5
                --------------------
                   3 |     COPY left /
                   4 |     ENV A=$NOTHING P=$PATH
                   5 | >>> CMD echo hi
                --------------------

                """, checkedOnce.Output);
            // What the base image and the context say is known.
            Assert.Contains("Usage of undefined variable '$NOTHING'", checkedOnce.Output);
            Assert.Contains("Attempting to COPY file \"left\" that is excluded by .dockerignore", checkedOnce.Output);
        }
        context = await Context("# check=skip=all\n" + Questionable);
        Assert.Equal("Check complete, no warnings found.", await engine.Ok("build", "--check", context));
        context = await Context("FROM busybox\nNOPE\n");
        Command.Result wrong = await engine.Run("build", "--check", context);
        Assert.Equal((1, ""), (wrong.Code, wrong.Output));
        Assert.Contains("unknown instruction: NOPE", wrong.Error);
        Command.Result both = await engine.Run("build", "--check", "--iidfile", "id", context);
        Assert.Equal((125, "--iidfile is of what is built, and --check builds nothing"), (both.Code, both.Error.Split('\n')[0]));
    }

    [Fact]
    public async Task ABuildTellsWhatIsQuestionableAtItsEnd()
    {
        await using Engine engine = await Use("gantry");
        string context = await Context(Questionable);
        Command.Result built = await engine.Run("build", context);
        Assert.Equal(0, built.Code);
        Assert.DoesNotContain("StageNameCasing", built.Output);
        Assert.Equal("\n 4 warnings found (use --check to see the lines):\n"
            + " - StageNameCasing: Stage name 'One' should be lowercase (line 1)\n"
            + " - MaintainerDeprecated: Maintainer instruction is deprecated in favor of using label (line 2)\n"
            + " - UndefinedVar: Usage of undefined variable '$NOTHING' (line 4)\n"
            + " - JSONArgsRecommended: JSON arguments recommended for CMD to prevent unintended behavior related to OS signals (line 5)\n",
            built.Error);
        Assert.Equal("", (await engine.Run("build", "-q", context)).Error);
        context = await Context("FROM busybox AS One\nRUN exit 3\n");
        Command.Result failed = await engine.Run("build", context);
        Assert.Equal(3, failed.Code);
        Assert.Contains("\n 1 warning found (use --check to see the lines):\n - StageNameCasing: ", failed.Error);
    }

    [Fact]
    public async Task WhatADockerfileCanBeAskedForIsToldWithoutABuild()
    {
        await using Engine engine = await Use("gantry");
        string context = await Context("ARG V=1\n# one is the first\nFROM nowhere/at-all:$V AS one\n# LEVEL of it\nARG LEVEL=low\n"
            + "RUN --mount=type=secret,id=t,required=true x\nFROM scratch\nCOPY --from=one /x /\n");
        Assert.Equal("TARGET      DESCRIPTION\none         is the first\n(default)   \n",
            (await engine.Run("build", "--call=targets", context)).Succeeded() + "\n");
        Assert.Equal("""
            TARGET:        one
            DESCRIPTION:   is the first

            BUILD ARG   VALUE   DESCRIPTION
            V           2       
            LEVEL       low     of it

            SECRET   REQUIRED
            t        true
            """, (await engine.Run("build", "--call=outline", "--target", "one", "--build-arg", "V=2", context)).Succeeded());
        JsonElement outline = JsonDocument.Parse(
            (await engine.Run("build", "--call=outline,format=json", context)).Succeeded()).RootElement;
        Assert.Equal("LEVEL", outline.GetProperty("args")[1].GetProperty("name").GetString());
        JsonElement place = outline.GetProperty("args")[1].GetProperty("location").GetProperty("ranges")[0];
        Assert.Equal(5, place.GetProperty("start").GetProperty("line").GetInt32());
        JsonElement targets = JsonDocument.Parse(
            (await engine.Run("build", "--call", "targets,format=json", context)).Succeeded()).RootElement;
        Assert.True(targets.GetProperty("targets")[1].GetProperty("default").GetBoolean());
        Command.Result linted = await engine.Run("build", "--call=check,format=json", await Context(Questionable));
        Assert.Equal(1, linted.Code);
        Assert.Contains("\"ruleName\": \"StageNameCasing\"", linted.Output);
        Assert.Contains("valid are build, check, outline and targets", (await engine.Run("build", "--call=nope", context)).Error);
    }

    [Theory, EveryEngine(OursOnly = true)]
    public async Task AWarningIsAnErrorWhereTheDockerfileSaysSo(string name)
    {
        await using Engine engine = await Use(name);
        string context = await Context("# check=skip=MaintainerDeprecated;error=true\n" + Questionable);
        Command.Result refused = await Build();
        Assert.Equal(1, refused.Code);
        Assert.DoesNotContain("Successfully built", refused.Output);
        Assert.Contains("lint violation found for rules: StageNameCasing, UndefinedVar, JSONArgsRecommended\n", refused.Error);
        Assert.Contains("UndefinedVar: Usage of undefined variable '$NOTHING' (line 5)", refused.Error);
        Assert.DoesNotContain("MaintainerDeprecated", refused.Error);
        // Who builds it may choose otherwise.
        Assert.Equal(0, (await Build("--build-arg", "BUILDKIT_DOCKERFILE_CHECK=skip=all")).Code);

        Task<Command.Result> Build(params string[] options) => Command.Run("env",
            ["DOCKER_BUILDKIT=0", engine.Client, "-H", engine.Daemon.Host, "build", .. options, context], "",
            environment: new Dictionary<string, string?> { ["DOCKER_CONFIG"] = "/tmp/ge/no-configuration" });
    }

    [Fact]
    public async Task ADaemonThatDoesNotCheckBuildsNothingInstead()
    {
        Engine.SkipUnlessInstalled("dockerd");
        await using Engine peer = await Use("dockerd");
        Command.Result refused = await Command.Run(Programs.Gantry,
            ["-H", peer.Daemon.Host, "build", "-t", "never-built", "--check", await Context(Questionable)], "");
        Assert.Equal((1, ""), (refused.Code, refused.Output));
        Assert.Contains("this daemon does not check Dockerfiles; gantryd does", refused.Error);
        Assert.NotEqual(0, (await peer.Run("image", "inspect", "never-built")).Code);
    }
}
