using System.Collections.Concurrent;
using Gantry.Network.Endpoints;
using Gantry.Network.Networks;

namespace Gantry.Network.Tests.Networks;

public sealed class EndpointReclaimTests
{
    private static readonly ActiveNetwork Network = new(new NetworkRecord { Id = "1", Name = "net", Driver = "null" });

    [Fact]
    public void TheKernelHasItsTimeBeforeAnInterfaceIsTakenAway()
    {
        StandingClock clock = new();
        using BlockingCollection<string> detached = [];
        using EndpointReclaim reclaim = new((_, endpoint) => detached.Add(endpoint.Id), static _ => { }, clock);
        reclaim.Add(Network, New("first"));
        Assert.False(detached.TryTake(out _, TimeSpan.FromMilliseconds(200)));
        clock.Advance(TimeSpan.FromMilliseconds(60));
        Assert.True(detached.TryTake(out string? id, TimeSpan.FromMinutes(1)));
        Assert.Equal("first", id);
    }

    [Fact]
    public void WhoeverNeedsTheAddressDoesNotWaitForThat()
    {
        List<string> detached = [];
        using EndpointReclaim reclaim = new((_, endpoint) => detached.Add(endpoint.Id), static _ => { }, new StandingClock());
        reclaim.Add(Network, New("first"));
        reclaim.Add(Network, New("second"));
        Assert.Equal("second", reclaim.FinishNow(static (_, endpoint) => endpoint.Id == "second")?.Id);
        Assert.Equal(["second"], detached);
    }

    private static Endpoint New(string id) => new() { Id = id, ContainerId = "c", NetworkId = "1", NetworkName = "net" };

    private sealed class StandingClock : TimeProvider
    {
        private long _now;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Interlocked.Read(ref _now);

        public void Advance(TimeSpan time) => Interlocked.Add(ref _now, time.Ticks);
    }
}
