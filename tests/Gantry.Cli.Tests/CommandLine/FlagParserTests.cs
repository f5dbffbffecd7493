using Gantry.Cli.CommandLine;
using Gantry.Cli.Commands;
using Xunit;

namespace Gantry.Cli.Tests.CommandLine;

public sealed class FlagParserTests
{
    private sealed class Sample
    {
        public FlagSet Flags { get; } = new();
        public BoolFlag Interactive { get; }
        public BoolFlag Tty { get; }
        public BoolFlag Detach { get; }
        public BoolFlag Remove { get; }
        public ListFlag<string> Publish { get; }
        public ValueFlag<string> Name { get; }
        public ValueFlag<string> Entrypoint { get; }
        public ValueFlag<long> Last { get; }

        public Sample()
        {
            Interactive = Flags.Switch("interactive", 'i', "");
            Tty = Flags.Switch("tty", 't', "");
            Detach = Flags.Switch("detach", 'd', "");
            Remove = Flags.Switch("rm", null, "");
            Publish = Flags.List("publish", 'p', "");
            Name = Flags.Text("name", null, "");
            Flags.Alias("called", Name);
            Entrypoint = Flags.Text("entrypoint", null, "");
            Last = Flags.Number("last", 'n', "", -1);
        }

        public List<string>? Parse(bool stop, params string[] arguments) => FlagParser.Parse(Flags, arguments, stop);
    }

    [Fact]
    public void SwitchesAreCombined()
    {
        Sample sample = new();
        Assert.Equal(["busybox"], sample.Parse(true, "-itd", "busybox"));
        Assert.True(sample.Interactive && sample.Tty && sample.Detach);
    }

    [Theory]
    [InlineData("-p8080:80")]
    [InlineData("-p=8080:80")]
    [InlineData("--publish=8080:80")]
    [InlineData("-itp8080:80")]
    public void AValueMayBeAttached(string argument)
    {
        Sample sample = new();
        sample.Parse(true, argument, "x");
        Assert.Equal(["8080:80"], sample.Publish.Values);
    }

    [Fact]
    public void TheNextArgumentIsTheValueWhateverItLooksLike()
    {
        Sample sample = new();
        Assert.Equal(["x"], sample.Parse(true, "--entrypoint", "--help", "-p", "-d", "--name", "", "x"));
        Assert.Equal("--help", sample.Entrypoint.Value);
        Assert.Equal(["-d"], sample.Publish.Values);
        Assert.True(sample.Name.IsSet);
        Assert.False(sample.Detach);
    }

    [Fact]
    public void ASwitchNeverTakesTheNextArgument()
    {
        Sample sample = new();
        Assert.Equal(["true"], sample.Parse(true, "--rm", "true"));
        Assert.True(sample.Remove);
        Assert.Equal([], sample.Parse(true, "--rm=false", "-d=0"));
        Assert.False(sample.Remove);
    }

    [Fact]
    public void WhatFollowsTheFirstOperandIsNotRead()
    {
        Sample sample = new();
        Assert.Equal(["busybox", "ls", "-l", "--help", "--", "-d"],
            sample.Parse(true, "--rm", "busybox", "ls", "-l", "--help", "--", "-d"));
        Assert.False(sample.Detach);
    }

    [Fact]
    public void OperandsAndOptionsMayBeMixedElsewhere()
    {
        Sample sample = new();
        Assert.Equal(["a", "b", "-d", "-"], sample.Parse(false, "a", "-t", "b", "--", "-d", "-"));
        Assert.True(sample.Tty);
    }

    [Fact]
    public void ALoneDashAndAnAtSignAreOperands() => Assert.Equal(["-", "@file", "[x]"], new Sample().Parse(false, "-", "@file", "[x]"));

    [Fact]
    public void HelpIsAskedFor() => Assert.Null(new Sample().Parse(true, "-t", "--help"));

    [Fact]
    public void NumbersMayBeNegative()
    {
        Sample sample = new();
        sample.Parse(false, "-n", "-5", "--called=x");
        Assert.Equal(-5, sample.Last.Value);
        Assert.Equal("x", sample.Name.Value);
    }

    [Theory]
    [InlineData("unknown flag: --foo", "--foo=1")]
    [InlineData("unknown shorthand flag: 'Q' in -tQ", "-tQ")]
    [InlineData("flag needs an argument: --name", "--name")]
    [InlineData("flag needs an argument: 'p' in -tp", "-tp")]
    [InlineData("bad flag syntax: --=x", "--=x")]
    [InlineData("bad flag syntax: ---x", "---x")]
    [InlineData("""invalid argument "x" for "-n, --last" flag: strconv.ParseInt: parsing "x": invalid syntax""", "-nx")]
    [InlineData("""invalid argument "yes" for "--rm" flag: strconv.ParseBool: parsing "yes": invalid syntax""", "--rm=yes")]
    public void SaysWhatIsWrong(string message, string argument) =>
        Assert.Equal(message, Assert.Throws<UsageException>(() => new Sample().Parse(true, argument)).Message);
}
