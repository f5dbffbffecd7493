using Gantry.Engine.Events;
using Xunit;

namespace Gantry.Engine.Tests.Events;

public sealed class EventBusTests
{
    private static List<string> Actions(EventSubscription subscription)
    {
        List<string> actions = [];
        while (subscription.TryRead(out EngineEvent? happened)) actions.Add(happened.Action);
        return actions;
    }

    [Fact]
    public void AReaderSeesWhatHappensFromNow()
    {
        EventBus bus = new();
        bus.Publish(EventType.Container, "create", "a");
        using EventSubscription reader = bus.Subscribe();
        bus.Publish(EventType.Container, "start", "a");
        Assert.Equal(["start"], Actions(reader));
    }

    [Fact]
    public void ThePastComesFirstAndWithoutAGap()
    {
        EventBus bus = new();
        bus.Publish(EventType.Container, "create", "a");
        EngineEvent start = bus.Publish(EventType.Container, "start", "a");
        bus.Publish(EventType.Container, "die", "a");
        using EventSubscription reader = bus.Subscribe(since: start.At);
        bus.Publish(EventType.Container, "destroy", "a");
        Assert.Equal(["start", "die", "destroy"], Actions(reader));
        using EventSubscription bounded = bus.Subscribe(since: DateTimeOffset.MinValue, until: start.At);
        Assert.Equal(["create", "start"], Actions(bounded));
    }

    [Fact]
    public void TimeNeverStandsStillBetweenTwoEvents()
    {
        EventBus bus = new(new StandingClock());
        EngineEvent first = bus.Publish(EventType.Image, "tag", "x"), second = bus.Publish(EventType.Image, "tag", "x");
        Assert.True(second.At > first.At);
        Assert.True(second.AtNanoseconds > first.AtNanoseconds);
    }

    [Fact]
    public void ThePastIsBounded()
    {
        EventBus bus = new();
        for (int i = 0; i < EventBus.HistoryLength + 10; i++) bus.Publish(EventType.Volume, $"{i}", "v");
        using EventSubscription reader = bus.Subscribe(since: DateTimeOffset.MinValue);
        List<string> actions = Actions(reader);
        Assert.Equal(EventBus.HistoryLength, actions.Count);
        Assert.Equal("10", actions[0]);
    }

    [Fact]
    public async Task AReaderThatNeverReadsIsCutOffAndHoldsNobodyUp()
    {
        EventBus bus = new();
        using EventSubscription reader = bus.Subscribe();
        for (int i = 0; i < EventSubscription.Backlog + 1; i++) bus.Publish(EventType.Volume, "create", "v");
        GantryException missed = await Assert.ThrowsAsync<GantryException>(async () =>
        {
            await foreach (EngineEvent _ in reader.ReadAllAsync(TestContext.Current.CancellationToken)) { }
        });
        Assert.Equal(ErrorKind.Unavailable, missed.Kind);
    }

    [Fact]
    public void WhoLeavesIsForgotten()
    {
        EventBus bus = new();
        bus.Subscribe().Dispose();
        Assert.Equal(0, bus.Readers);
    }

    private sealed class StandingClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    }
}
