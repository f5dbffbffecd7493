using Gantry.Build.Dockerfile.Lexing;
using Gantry.Build.Graph;
using Gantry.Build.Planning;

namespace Gantry.Build.Tests.Planning;

public sealed class BuildPlannerTests : IDisposable
{
    private readonly Plans _plans = new();

    public void Dispose() => _plans.Dispose();

    [Theory]
    [InlineData("a b c/d", "COPY a b /\nRUN --mount=type=bind,source=c/d,target=/m x")]
    [InlineData("a-one", "ARG WORD=a-one\nCOPY $WORD /")]
    [InlineData("", "COPY a /\nCOPY . /")]
    [InlineData("", "RUN x")]
    public async Task WhatIsTakenOfTheContext(string expected, string instructions) =>
        Assert.Equal(expected.Split(' ', StringSplitOptions.RemoveEmptyEntries),
            ContextNeeds.Of([await _plans.PlanAsync($"FROM x\n{instructions}")], null));

    [Fact]
    public async Task ABuildForSeveralTakesWhatAnyOfThemTakes()
    {
        const string Dockerfile = "FROM x\nARG TARGETARCH\nCOPY $TARGETARCH both /\nCOPY --from=more for-$TARGETARCH /";
        BuildPlan[] plans = [.. await Task.WhenAll(new[] { "linux/arm64", "linux/amd64" }.Select(platform =>
            _plans.PlanAsync(Dockerfile, new BuildOptions { Platform = platform, ContextTrees = ["more"] })))];
        Assert.Equal(["amd64", "arm64", "both"], ContextNeeds.Of(plans, null));
        Assert.Equal(["for-amd64", "for-arm64"], ContextNeeds.Of(plans, "more"));
    }

    [Fact]
    public async Task MountsAreOfTheContextOrOfAnotherTree()
    {
        BuildPlan plan = await _plans.PlanAsync("""
            FROM x AS one
            RUN a
            FROM y
            WORKDIR /w
            RUN --mount=target=t --mount=type=bind,from=one,source=/s,target=/u,rw --mount=from=z,dst=/v c
            """);
        RunVertex run = Assert.IsType<RunVertex>(plan.Target.Result);
        BindPlace[] places = [.. run.Places.Cast<BindPlace>()];
        Assert.Equal([("/w/t", "", true), ("/u", "/s", false), ("/v", "", true)],
            places.Select(place => (place.Target, place.Source, place.ReadOnly)));
        Assert.Null(places[0].From);
        Assert.Equal("RUN a", places[1].From!.Title);
        Assert.IsType<TreeVertex>(places[2].From);
        // It needs what is below it, and both trees.
        Assert.Equal(3, run.Inputs.Count);
        Assert.Equal(["y", "x", "z"], _plans.Found);
    }

    [Theory]
    [InlineData("type=secret,id=a/token", "/run/secrets/token a/token  False 0:0 400")]
    [InlineData("type=secret,id=token,env=TOKEN,required=true", " token TOKEN True 0:0 400")]
    [InlineData("type=secret,id=token,env=TOKEN,target=t", "/w/t token TOKEN False 0:0 400")]
    [InlineData("type=secret,target=/a/token,uid=7,gid=8,mode=0444,required", "/a/token token  True 7:8 444")]
    [InlineData("type=secret,src=token", "/run/secrets/token token  False 0:0 400")]
    [InlineData("type=ssh", "/run/buildkit/ssh_agent.0 default  False 0:0 600")]
    [InlineData("type=ssh,id=github,target=/s,required=true,uid=7,mode=0666", "/s github  True 7:0 666")]
    public async Task WhatTheClientKeepsIsAskedForByName(string mount, string place)
    {
        BuildPlan plan = await _plans.PlanAsync($"FROM x\nWORKDIR /w\nRUN --mount={mount} c");
        ClientPlace asked = Assert.IsAssignableFrom<ClientPlace>(Assert.Single(Assert.IsType<RunVertex>(plan.Target.Result).Places));
        Assert.Equal(place, $"{asked.Target} {asked.Id} {(asked as SecretPlace)?.Variable} {asked.IsRequired} "
            + $"{asked.UserId}:{asked.GroupId} {Convert.ToString(asked.Mode, 8)}");
    }

    [Theory]
    [InlineData("type=secret", "one of id, target required for a secret")]
    [InlineData("type=secret,id=a,env=A=B", "invalid value A=B for env")]
    public async Task ASecretHasANameAndNoStrangeVariable(string mount, string reason) => Assert.Equal(reason,
        (await Assert.ThrowsAsync<DockerfileException>(() => _plans.PlanAsync($"FROM x\nRUN --mount={mount} c"))).Reason);

    /// <summary>Whatever it is, there would be nothing left of the stage's files.</summary>
    [Theory]
    [InlineData("type=tmpfs,target=/")]
    [InlineData("type=bind,target=..")]
    [InlineData("type=cache,dst=/a/..")]
    public async Task NothingIsMountedOverTheRoot(string mount)
    {
        DockerfileException refused = await Assert.ThrowsAsync<DockerfileException>(
            () => _plans.PlanAsync($"FROM x\nRUN --mount={mount} c"));
        Assert.StartsWith("invalid mount target", refused.Reason);
    }

    [Theory]
    [InlineData("ADD --keep-git-dir file /", false)]
    [InlineData("ADD --keep-git-dir https://h/file /", false)]
    [InlineData("ADD --keep-git-dir=false file /", true)]
    [InlineData("ADD --keep-git-dir file https://h/r.git /x/", true)]
    public async Task GitsFilesAreKeptOfRepositoriesAlone(string add, bool isFine)
    {
        Exception? refused = await Record.ExceptionAsync(() => _plans.PlanAsync($"FROM x\n{add}"));
        Assert.Equal(isFine ? null : "--keep-git-dir: none of the sources is a git repository", (refused as DockerfileException)?.Reason);
    }

    [Fact]
    public async Task TheEpochBoundsTheTimesOfAllSteps()
    {
        BuildPlan plan = await _plans.PlanAsync("FROM x\nRUN a\nCOPY a /\nWORKDIR /w", Plans.Given("SOURCE_DATE_EPOCH", "1000"));
        DateTimeOffset epoch = DateTimeOffset.FromUnixTimeSeconds(1000);
        Assert.All(plan.Target.Steps.Skip(1), step => Assert.Equal(epoch, step.Vertex!.Latest));
        Assert.Equal(epoch, Assert.IsType<DirectoryVertex>(plan.Target.Result).Time);
    }

    [Theory]
    [InlineData("FROM x\nWORKDIR /w", 1_500_000_000)]
    [InlineData("FROM x AS one\nFROM one\nWORKDIR /w", 1_500_000_000)]
    [InlineData("FROM scratch\nWORKDIR /w", 0)]
    public async Task ADirectoryHasTheTimeOfTheImageThatItStandsOn(string dockerfile, long time)
    {
        DirectoryVertex directory = Assert.IsType<DirectoryVertex>((await _plans.PlanAsync(dockerfile)).Target.Result);
        Assert.Equal((time, null), (directory.Time.ToUnixTimeSeconds(), directory.Latest));
    }

    [Fact]
    public async Task TriggersAreForTheNextStageToo()
    {
        BuildPlan plan = await _plans.PlanAsync("FROM x AS a\nONBUILD ENV A=1\nONBUILD RUN t\nFROM a\nONBUILD RUN u\nRUN b\nFROM a");
        Assert.Equal([("FROM a", false), ("ENV A=1", true), ("RUN t", true)],
            plan.Target.Steps.Select(step => (step.Title, step.IsTrigger)));
        Assert.Null(plan.Target.Config.OnBuild);
        Assert.Contains("A=1", plan.Target.Config.Env!);
        plan = await _plans.PlanAsync("FROM x AS a\nONBUILD RUN t\nFROM a\nONBUILD RUN u");
        Assert.Equal(["RUN u"], plan.Target.Config.OnBuild!);
    }

    /// <summary>It is in the environment of every step, so a file may add to it.</summary>
    [Theory]
    [InlineData("FROM x\nENV PATH=/a:$PATH")]
    [InlineData("FROM scratch AS one\nFROM one\nENV PATH=/a:$PATH")]
    public async Task PathIsKnownWhereTheImageHasNone(string dockerfile) => Assert.Equal(
        ["PATH=/a:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"], (await _plans.PlanAsync(dockerfile)).Target.Config.Env!);

    [Fact]
    public async Task ADirectoryIsTheUsers()
    {
        BuildPlan plan = await _plans.PlanAsync("FROM x\nWORKDIR /a\nUSER u:g\nWORKDIR b");
        Assert.Equal([("/a", ""), ("/a/b", "u:g")],
            plan.Target.Steps.Select(step => step.Vertex).OfType<DirectoryVertex>().Select(vertex => (vertex.Path, vertex.Owner)));
    }

    [Fact]
    public async Task AnotherHealthCheckIsRemarkedUpon()
    {
        BuildPlan plan = await _plans.PlanAsync("FROM x\nHEALTHCHECK CMD a b\nHEALTHCHECK CMD [\"c\", \"d\"]\nHEALTHCHECK NONE\n"
            + "HEALTHCHECK CMD e");
        Assert.Equal([null, null, "Note: overriding previous HEALTHCHECK: [CMD-SHELL a b]",
            "Note: overriding previous HEALTHCHECK: [CMD c d]", null], plan.Target.Steps.Select(step => step.Remark));
    }

    [Fact]
    public async Task EachLabelOfTheOptionsIsAStep()
    {
        BuildPlan plan = await _plans.PlanAsync("FROM x\nLABEL a=1",
            new BuildOptions { Labels = new Dictionary<string, string> { ["b"] = "two words", ["a"] = "$A'" } });
        Assert.Equal(["FROM x", "LABEL a=1", "LABEL a=$A'", "LABEL b=two words"], plan.Target.Steps.Select(step => step.Title));
        Assert.Equal(new Dictionary<string, string> { ["a"] = "$A'", ["b"] = "two words" }, plan.Target.Config.Labels!);
    }

    [Theory]
    [InlineData("today")]
    [InlineData("-1")]
    [InlineData("253402300800")]
    public async Task AnEpochThatIsNoneIsRefused(string epoch)
    {
        GantryException refused =
            await Assert.ThrowsAsync<GantryException>(() => _plans.PlanAsync("FROM x\nRUN a", Plans.Given("SOURCE_DATE_EPOCH", epoch)));
        Assert.Equal(ErrorKind.InvalidArgument, refused.Kind);
    }
}
