using Gantry.Cli.Builds.Results;
using Gantry.Cli.CommandLine;
using Xunit;

namespace Gantry.Cli.Tests.Builds.Results;

public sealed class OutputChoiceTests
{
    [Theory]
    [InlineData("", "image", "")]
    [InlineData("type=image", "image", "")]
    [InlineData("type=docker", "image", "")]
    [InlineData("out", "local", "out")]
    [InlineData("./a,b", "local", "./a,b")]
    [InlineData("-", "tar", "-")]
    [InlineData("type=tar,dest=x.tar", "tar", "x.tar")]
    [InlineData("dest=x.tar,type=tar", "tar", "x.tar")]
    [InlineData("type=tar", "tar", "-")]
    [InlineData("type=local,dest=/a b", "local", "/a b")]
    [InlineData("\"type=local\",\"dest=a,b\"", "local", "a,b")]
    [InlineData("type=oci", "oci", "-")]
    [InlineData("type=oci,dest=x", "oci", "x")]
    [InlineData("type=docker,dest=x", "docker", "x")]
    [InlineData("type=image,push=false", "image", "")]
    public void WhatIsAskedForIsRead(string text, string type, string path) =>
        Assert.Equal(new OutputChoice(type, path) { IsDirectory = type == "local" }, OutputChoice.Of(text.Length > 0 ? [text, text] : []));

    [Fact]
    public void AnImageHasNamesAndGoesToItsRegistry()
    {
        Assert.Equal(OutputChoice.Image with { Push = true }, OutputChoice.Of(["type=registry"]));
        Assert.Equal(OutputChoice.Image with { Push = true, Names = "a,b" }, OutputChoice.Of(["type=image,\"name=a,b\",push=true"]));
        Assert.Equal(new OutputChoice("oci", "d") { IsDirectory = true, Names = "n" }, OutputChoice.Of(
            ["type=oci,dest=d,tar=false,name=n"]));
    }

    [Theory]
    [InlineData("type=local")]
    [InlineData("type=local,dest=-")]
    [InlineData("type=tar,dest=x,compression=gzip")]
    [InlineData("type=tar,push=true")]
    [InlineData("type=tar,tar=false")]
    [InlineData("type=tar,name=x")]
    [InlineData("type=image,dest=x")]
    [InlineData("type=oci,tar=false")]
    [InlineData("type=oci,push")]
    [InlineData("type=image,push=maybe")]
    [InlineData("type=nonsense")]
    [InlineData("dest=x")]
    public void WhatCannotBeGivenIsRefused(string text)
    {
        CliException refusal = Assert.Throws<CliException>(() => OutputChoice.Of([text]));
        Assert.StartsWith($"invalid value \"{text}\" for --output: ", refusal.Message);
        Assert.Equal(125, refusal.ExitCode);
    }

    [Fact]
    public void OneThingIsGiven() => Assert.Throws<CliException>(() => OutputChoice.Of(["a", "b"]));
}
