using Gantry.Build.Graph;
using Gantry.Build.Planning;
using Gantry.Build.Results;
using Gantry.Build.Solver;
using Gantry.Build.Tests.Planning;
using Gantry.Oci.Image;

namespace Gantry.Build.Tests.Results;

public sealed class BuiltImageTests : IDisposable
{
    private readonly Plans _plans = new();
    private long _asked;

    public void Dispose() => _plans.Dispose();

    private StepOutcome Outcome(Vertex vertex)
    {
        _asked++;
        return new StepOutcome(BuiltTree.Empty, null, Plans.Created, IsCached: false);
    }

    [Theory]
    [InlineData("FROM --platform=linux/arm64/v8 scratch\nCMD a", null, "linux/arm64/v8")]
    [InlineData("FROM --platform=windows/amd64 scratch AS one\nFROM one\nCMD a", null, "windows/amd64")]
    [InlineData("FROM scratch\nCMD a", "linux/s390x", "linux/s390x")]
    [InlineData("FROM --platform=$BUILDPLATFORM scratch\nCMD a", "linux/s390x", "HOST")]
    [InlineData("FROM scratch\nCMD a", null, "HOST")]
    public async Task WhatBeginsFromNothingIsForThePlatformThatIsSaid(string dockerfile, string? platform, string expected)
    {
        BuildOptions options = new() { Platform = platform };
        BuildPlan plan = await _plans.PlanAsync(dockerfile, options);
        OciImage image = new BuiltImage(options, Outcome).Describe(plan.Target)!;
        Assert.Equal(expected.Replace("HOST", TargetPlatform.Host.ToString()),
            $"{image.Os}/{image.Architecture}{(image.Variant is null ? "" : $"/{image.Variant}")}");
    }

    [Fact]
    public async Task APlatformThatIsNoneIsRefused() => Assert.Contains("platform specifier must be of the form",
        (await Assert.ThrowsAsync<GantryException>(() => _plans.PlanAsync("FROM --platform=a/b/c/d scratch\nCMD a"))).Message);

    [Fact]
    public async Task TheEpochIsTheTimeOfTheImageAndItsHistory()
    {
        BuildOptions options = Plans.Given("SOURCE_DATE_EPOCH", "1000");
        BuildPlan plan = await _plans.PlanAsync("FROM scratch\nRUN a\nCMD b", options);
        OciImage image = new BuiltImage(options, Outcome).Describe(plan.Target)!;
        Assert.All([image.Created, .. image.History!.Select(step => step.Created)],
            time => Assert.Equal(1000, time!.Value.ToUnixTimeSeconds()));
    }

    /// <summary>A name is made of the one before it: of ten times the steps, ten times the work.</summary>
    [Fact]
    public async Task NamesOfManyStepsCostNoMoreThanTheSteps()
    {
        const int Many = 3000;
        BuildPlan plan = await _plans.PlanAsync($"FROM x AS one\n{string.Concat(Enumerable.Range(0, Many).Select(i => $"LABEL a={i}\n"))}"
            + "FROM one\nLABEL b=1\n");
        BuiltImage image = new(new BuildOptions(), Outcome);
        StepNames names = new(plan, image, Outcome);
        List<string> all = [.. plan.Stages.SelectMany(stage => stage.Steps.Select((_, i) => names.After(stage, i)))];
        Assert.InRange(_asked, Many, 5 * Many);
        // Each is another, but for a FROM, which is what it begins from; the last is the image.
        Assert.Equal(Many + 2, all.Distinct().Count());
        Assert.Equal(image.IdOf(plan.Target, 1), all[^1]);
        Assert.Equal("sha256:" + new string('a', 64), all[0]);
    }
}
