using Gantry.Api.Host;
using Gantry.Cli.Tracing;
using Xunit;

namespace Gantry.Cli.Tests.Tracing;

public sealed class TraceTextTests
{
    [Fact]
    public void ShowsPhasesInTheirPlaceInTime()
    {
        OperationTrace trace = new()
        {
            Operation = "start",
            Container = new string('a', 64),
            At = DateTimeOffset.UnixEpoch,
            Microseconds = 10_000,
            Phases =
            [
                new OperationPhase { Name = "rootfs", StartMicroseconds = 0, Microseconds = 2500 },
                new OperationPhase { Name = "mount", StartMicroseconds = 1000, Microseconds = 10, Depth = 1 },
                new OperationPhase { Name = "network", StartMicroseconds = 5000, Microseconds = 5000 },
            ],
        };
        string[] lines = TraceText.Of(trace).Split('\n');
        Assert.StartsWith("start  aaaaaaaaaaaa  ", lines[0]);
        Assert.EndsWith("  10.00 ms", lines[0]);
        Assert.Equal("  rootfs       ━━━━━━━━━━                                    2.50 ms  25.0%", lines[1]);
        Assert.Equal("    mount          ━                                         0.01 ms   0.1%", lines[2]);
        Assert.Equal("  network                          ━━━━━━━━━━━━━━━━━━━━      5.00 ms  50.0%", lines[3]);
        Assert.Equal("  (not timed)                                                2.50 ms  25.0%", lines[4]);
    }

    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(100, 500, 500)]
    [InlineData(100, -5, 3)]
    public void SurvivesNumbersThatDoNotFit(long whole, long start, long length)
    {
        OperationTrace trace = new() { Microseconds = whole,
            Phases = [new OperationPhase { Name = "x", StartMicroseconds = start, Microseconds = length, Depth = -1 }] };
        Assert.Contains("x", TraceText.Of(trace));
    }
}
