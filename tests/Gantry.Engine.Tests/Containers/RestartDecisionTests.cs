using Gantry.Engine.Containers;
using Xunit;

namespace Gantry.Engine.Tests.Containers;

public sealed class RestartDecisionTests
{
    [Theory]
    [InlineData("no", 1, false, 0, false)]
    [InlineData("always", 0, false, 99, true)]
    [InlineData("always", 0, true, 0, false)]
    [InlineData("unless-stopped", 0, false, 0, true)]
    [InlineData("on-failure", 0, false, 0, false)]
    [InlineData("on-failure", 1, false, 2, true)]
    [InlineData("on-failure", 1, false, 3, false)]
    public void Policy(string policy, int exitCode, bool byHand, int restarts, bool wanted) =>
        Assert.Equal(wanted, RestartDecision.Wanted(policy, 3, exitCode, byHand, restarts));

    [Fact]
    public void TheDelayDoublesToAMinuteAndStartsOverAfterTenSecondsOfRunning()
    {
        TimeSpan delay = RestartDecision.Delay(null, TimeSpan.Zero);
        Assert.Equal(100, delay.TotalMilliseconds);
        for (int i = 0; i < 12; i++) delay = RestartDecision.Delay(delay, TimeSpan.FromSeconds(1));
        Assert.Equal(60, delay.TotalSeconds);
        Assert.Equal(100, RestartDecision.Delay(delay, TimeSpan.FromSeconds(10)).TotalMilliseconds);
    }
}
