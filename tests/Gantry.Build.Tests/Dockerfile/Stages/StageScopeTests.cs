using Gantry.Build.Dockerfile.Instructions;
using Gantry.Build.Dockerfile.Stages;

namespace Gantry.Build.Tests.Dockerfile.Stages;

/// <summary>The last instruction of a file, with the values of its place.</summary>
public sealed class StageScopeTests
{
    [Theory]
    [InlineData("FROM x\nUSER ${A}", "")]
    [InlineData("ARG A=g\nFROM x\nUSER ${A}", "")]
    [InlineData("ARG A=g\nFROM x\nARG A\nUSER ${A}", "g")]
    [InlineData("ARG A=g\nFROM x\nARG A=s\nUSER ${A}", "s")]
    [InlineData("FROM x\nUSER ${A}\nARG A=s\nUSER ${A}", "s")]
    [InlineData("FROM x\nARG A=s\nENV A=e\nUSER ${A}", "e")]
    [InlineData("FROM x\nENV A=e\nARG A=s\nUSER ${A}", "e")]
    [InlineData("FROM x\nARG A=s\nENV B=${A:-d}\nUSER $B", "s")]
    [InlineData("FROM x\nARG A B=2\nUSER $B", "2")]
    [InlineData("FROM x\nARG A=1 B=$A\nUSER $B", "1")]
    [InlineData("FROM x\nARG GIVEN\nUSER $GIVEN", "yes")]
    [InlineData("FROM x\nARG GIVEN=no\nUSER $GIVEN", "yes")]
    [InlineData("ARG GIVEN=no\nFROM x\nARG GIVEN\nUSER $GIVEN", "yes")]
    [InlineData("FROM x\nUSER $GIVEN", "")]
    [InlineData("FROM x\nUSER $TARGETARCH", "")]
    [InlineData("FROM x\nARG TARGETARCH\nUSER $TARGETARCH", "amd64")]
    [InlineData("FROM x\nUSER $BASE", "b")]
    [InlineData("FROM x\nENV A=1\nENV A=2 B=$A\nUSER $B", "1")]
    [InlineData("FROM x\nARG A=s\nRUN echo $A\nWORKDIR /$A", "/s")]
    public void IsWhatStandsBefore(string text, string expected)
    {
        BuildFile file = BuildFile.Parse(text);
        StageScope scope = new(Globals(file), new Dictionary<string, string> { ["BASE"] = "b" });
        Instruction? last = null;
        foreach (Instruction instruction in file.Stages[0].Instructions) last = scope.Step(instruction, out _);
        Assert.Equal(expected, last is UserInstruction user ? user.Value.Text : ((WorkdirInstruction)last!).Value.Text);
    }

    [Theory]
    [InlineData("ARG A=x\nFROM $A:1", "x:1", null)]
    [InlineData("ARG A=x\nARG B=${A}y\nFROM $B", "xy", null)]
    [InlineData("ARG A=x B=${A}y\nFROM $B", "xy", null)]
    [InlineData("ARG GIVEN=x\nFROM $GIVEN", "yes", null)]
    [InlineData("FROM $GIVEN:1", ":1", null)]
    [InlineData("FROM --platform=$BUILDPLATFORM x", "x", "linux/arm64")]
    [InlineData("FROM x-${TARGETARCH}", "x-amd64", null)]
    [InlineData("ARG A=${Z:-z}\nFROM ${A#z}y", "y", null)]
    public void FromKnowsWhatStandsBeforeTheFirstStage(string text, string image, string? platform)
    {
        BuildFile file = BuildFile.Parse(text);
        FromInstruction from = Globals(file).Expand(file.Stages[^1].From, out _);
        Assert.Equal((image, platform), (from.Image.Text, from.Platform?.Text));
    }

    [Fact]
    public void AStageGoesOnWithTheVariablesOfTheOneBelow()
    {
        BuildFile file = BuildFile.Parse("FROM x AS a\nARG A=1\nENV B=2\nFROM a\nUSER $A$B");
        StageScope below = new(Globals(file), new Dictionary<string, string>());
        foreach (Instruction instruction in file.Stages[0].Instructions) below.Step(instruction, out _);
        Assert.Equal("12", ((UserInstruction)below.Inherit().Step(file.Stages[1].Instructions[0], out _)).Value.Text);
    }

    [Theory]
    [InlineData("HTTP_PROXY", true)]
    [InlineData("no_proxy", true)]
    [InlineData("TARGETPLATFORM", true)]
    [InlineData("BUILDKIT_INLINE_CACHE", true)]
    [InlineData("Http_Proxy", false)]
    public void SomeArgumentsNeedNoArg(string name, bool known) => Assert.Equal(known, PredefinedArguments.IsKnown(name));

    private static GlobalScope Globals(BuildFile file) => new(file, new Dictionary<string, string> { ["GIVEN"] = "yes" },
        new Dictionary<string, string> { ["TARGETARCH"] = "amd64", ["BUILDPLATFORM"] = "linux/arm64" });
}
