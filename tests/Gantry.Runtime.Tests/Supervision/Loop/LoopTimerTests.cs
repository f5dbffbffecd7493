using Gantry.Runtime.Supervision.Loop;
using Gantry.Tests.Shared;

namespace Gantry.Runtime.Tests.Supervision.Loop;

public sealed class LoopTimerTests
{
    [Fact]
    public void ATimerFiresByTheLoopsClockAndOnce()
    {
        Later clock = new();
        using EventLoop loop = new(clock);
        int fired = 0;
        LoopTimer late = new(loop, () => fired++), last = new(loop, () => loop.Stopped = true);
        late.Set(3_600_000);
        last.Set(3_600_001);
        clock.Ahead = TimeSpan.FromHours(1.1);
        loop.Run();
        Assert.Equal((1, false, false), (fired, late.IsSet, last.IsSet));
    }
}
