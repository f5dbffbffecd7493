using Gantry.Cli.CommandLine;
using Gantry.Cli.Commands;
using Xunit;

namespace Gantry.Cli.Tests.Commands;

public sealed class DaemonSpellingTests
{
    [Theory]
    [InlineData("-d", "")]
    [InlineData("--daemon", "")]
    [InlineData("daemon", "")]
    [InlineData("-H 192.168.56.50:2375 -d", "-H 192.168.56.50:2375")]
    [InlineData("-H=tcp://:1 -D -d -g /data", "-H=tcp://:1 -D -g /data")]
    [InlineData("--host tcp://:1 daemon --bip 10.0.0.1/8", "--host tcp://:1 --bip 10.0.0.1/8")]
    public void IsTheDaemonWithAllElseThatWasSaid(string line, string rest) =>
        Assert.Equal(rest.Split(' ', StringSplitOptions.RemoveEmptyEntries), Arguments(line));

    [Theory]
    [InlineData("run -d busybox")]
    [InlineData("-H tcp://:1 run -d busybox")]
    [InlineData("-H -d ps")]
    [InlineData("--host daemon ps")]
    [InlineData("-x run -d busybox")]
    [InlineData("logs daemon")]
    [InlineData("ps")]
    public void IsNoneWhereItStandsElsewhere(string line) => Assert.Null(Arguments(line));

    private static string[]? Arguments(string line) => DaemonSpelling.Arguments(new ClientOptions().Flags, line.Split(' '));
}
