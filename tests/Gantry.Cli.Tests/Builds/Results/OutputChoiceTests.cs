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
    public void WhatIsAskedForIsRead(string text, string type, string path) =>
        Assert.Equal(new OutputChoice(type, path), OutputChoice.Of(text.Length > 0 ? [text, text] : []));

    [Theory]
    [InlineData("type=local")]
    [InlineData("type=local,dest=-")]
    [InlineData("type=oci,dest=x")]
    [InlineData("type=docker,dest=x")]
    [InlineData("type=registry")]
    [InlineData("type=image,push=true")]
    [InlineData("type=image,name=x")]
    [InlineData("type=tar,dest=x,compression=gzip")]
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
