using Gantry.Cli.Builds;
using Gantry.Cli.CommandLine;
using Xunit;

namespace Gantry.Cli.Tests.Builds;

public sealed class UnsupportedFlagsTests
{
    private static void Read(params string[] arguments)
    {
        FlagSet flags = new();
        UnsupportedFlags unsupported = new(flags);
        FlagParser.Parse(flags, arguments, stopAtOperand: false);
        unsupported.Refuse();
    }

    [Theory]
    [InlineData("--allow network.host", "--allow network.host")]
    [InlineData("--allow security.insecure", "--allow security.insecure")]
    public void RefusedByName(string arguments, string shown)
    {
        CliException refusal = Assert.Throws<CliException>(() => Read(arguments.Split(' ')));
        Assert.StartsWith($"option {shown} is not supported: ", refusal.Message);
        Assert.Equal(125, refusal.ExitCode);
    }

    [Fact]
    public void WhatAsksForNothingElseThanIsDoneIsTaken() => Read("--load");
}
