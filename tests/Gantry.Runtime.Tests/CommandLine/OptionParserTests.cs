using Gantry.Runtime.CommandLine;

namespace Gantry.Runtime.Tests.CommandLine;

public sealed class OptionParserTests
{
    private static OptionParser Parse(params string[] args) =>
        new(args, amongArguments: false, "bundle|b=", "detach|d", "env|e=", "preserve-fds=");

    private static OptionParser ParseAmong(params string[] args) => new(args, amongArguments: true, "force|f", "memory=");

    [Fact]
    public void OptionsEndAtTheFirstArgument()
    {
        OptionParser options = Parse("-d", "--bundle", "/x", "id", "-d", "--unknown");
        Assert.True(options.Has("detach"));
        Assert.Equal("/x", options["bundle"]);
        Assert.Equal(["id", "-d", "--unknown"], options.Arguments);
    }

    [Fact]
    public void OptionsMayStandAmongArguments()
    {
        OptionParser options = ParseAmong("id", "--memory", "-1", "-9", "-f", "--", "--force=false");
        Assert.Equal("-1", options["memory"]);
        Assert.True(options.Has("force"));
        Assert.Equal(["id", "-9", "--force=false"], options.Arguments);
        Assert.Throws<GantryException>(() => ParseAmong("-9", "id"));
        Assert.Throws<GantryException>(() => ParseAmong("id", "--memory"));
    }

    [Fact]
    public void AValueMayBeJoinedOrRepeated()
    {
        OptionParser options = Parse("-e", "A=1", "--env=B=2", "-b=/y", "--detach=false", "id");
        Assert.Equal(["A=1", "B=2"], options.All("env"));
        Assert.Equal("/y", options["bundle"]);
        Assert.False(options.Has("detach"));
    }

    [Theory]
    [InlineData("--nosuch")]
    [InlineData("--bundle")]
    public void MistakesAreNamed(string arg) =>
        Assert.Contains(arg.TrimStart('-'), Assert.Throws<GantryException>(() => Parse(arg)).Message);

    [Fact]
    public void ANumberMustBeOne() => Assert.Throws<GantryException>(() => Parse("--preserve-fds", "x").Number("preserve-fds"));
}
