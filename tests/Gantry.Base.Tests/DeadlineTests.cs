namespace Gantry.Base.Tests;

public sealed class DeadlineTests
{
    private readonly Clock _clock = new();

    [Fact]
    public void TheMachinesTimeMayBePutRightMeanwhile()
    {
        Deadline end = new(TimeSpan.FromSeconds(10), _clock);
        _clock.Now += TimeSpan.FromDays(1);
        Assert.False(end.IsOver);
        Assert.Equal(10_000, end.Milliseconds);
        _clock.Now -= TimeSpan.FromDays(2);
        _clock.Ticks += TimeSpan.TicksPerSecond * 10;
        Assert.True(end.IsOver);
        Assert.Equal(0, end.Milliseconds);
    }

    [Fact]
    public void APollOfWhatIsLeftDoesNotEndBeforeIt()
    {
        Deadline end = new(TimeSpan.FromMilliseconds(10), _clock);
        _clock.Ticks += TimeSpan.TicksPerMillisecond * 10 - 1;
        Assert.False(end.IsOver);
        Assert.Equal(1, end.Milliseconds);
    }

    [Fact]
    public void ForEverIsNeverOver()
    {
        Deadline end = new(Timeout.InfiniteTimeSpan, _clock);
        _clock.Ticks += TimeSpan.TicksPerDay * 1000;
        Assert.False(end.IsOver);
        Assert.Equal(-1, end.Milliseconds);
    }

    /// <summary>Both of its times stand still until they are set.</summary>
    private sealed class Clock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = DateTimeOffset.UnixEpoch;
        public long Ticks { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;
        public override DateTimeOffset GetUtcNow() => Now;
        public override long GetTimestamp() => Ticks;
    }
}
