using Gantry.Cli.CommandLine;
using Gantry.Cli.Options;
using Xunit;

namespace Gantry.Cli.Tests.Options;

public sealed class PointInTimeTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("", "")]
    [InlineData("1795256087", "1795256087")]
    [InlineData("1795256087.5", "1795256087.5")]
    [InlineData("0s", "1795262400.000000000")]
    [InlineData("10m", "1795261800.000000000")]
    [InlineData("1h30m", "1795257000.000000000")]
    [InlineData("2026-11-21T11:00:00Z", "1795258800.000000000")]
    [InlineData("2026-11-21T11:00:00.25+01:00", "1795255200.250000000")]
    public void ReadsWhatDockerReads(string text, string expected) => Assert.Equal(expected, PointInTime.Parse(text, Now));

    [Theory]
    [InlineData("abc")]
    [InlineData("2026-13-01")]
    [InlineData("10 minutes")]
    public void RefusesTheRest(string text) =>
        Assert.Equal($"failed to parse value as time or duration: \"{text}\"",
            Assert.Throws<CliException>(() => PointInTime.Parse(text, Now)).Message);
}
