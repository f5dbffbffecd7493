using System.Net.Sockets;

namespace Gantry.Shim.Tests;

public sealed class ShimControlTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("gantry-control-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task OneThatHasNotAnsweredOnceHoldsNobodyUntilItAnswersAgain()
    {
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        using Socket listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(_directory + "/s"));
        listener.Listen();
        QuickClock clock = new();
        Task<ShimControl> connecting = ShimControl.ConnectAsync(_directory + "/s", null, cancellation, clock);
        await using ShimConnection shim = new(await listener.AcceptAsync(cancellation));
        await shim.ReadAsync(cancellation);
        await shim.SendAsync(new ShimMessage { Type = ShimMessageType.State, Status = "running" }, cancellation);
        await using ShimControl control = await connecting;

        GantryException first = await Assert.ThrowsAsync<GantryException>(() => control.PauseAsync(cancellation));
        Assert.Contains("has not answered for 90 s", first.Message);
        int timers = clock.Timers;
        GantryException second = await Assert.ThrowsAsync<GantryException>(() => control.ResumeAsync(cancellation));
        Assert.Contains("has not answered for 90 s", second.Message);
        Assert.Equal(timers, clock.Timers);

        ShimFrameRead pause = await shim.ReadAsync(cancellation);
        await shim.SendAsync(new ShimMessage { Type = ShimMessageType.Done, Sequence = pause.Message!.Sequence }, cancellation);
        clock.Factor = 1;
        Task<ShimMessage> state = control.StateAsync(cancellation);
        ShimFrameRead asked = await shim.ReadAsync(cancellation);
        await shim.SendAsync(new ShimMessage { Type = ShimMessageType.Done, Sequence = asked.Message!.Sequence }, cancellation);
        await state;
        Task resume = control.ResumeAsync(cancellation);
        ShimFrameRead heard = await shim.ReadAsync(cancellation);
        Assert.Equal(ShimMessageType.Resume, heard.Message!.Type);
        await shim.SendAsync(new ShimMessage { Type = ShimMessageType.Done, Sequence = heard.Message.Sequence }, cancellation);
        await resume;
    }

    /// <summary>Seconds are milliseconds.</summary>
    private sealed class QuickClock : TimeProvider
    {
        public int Factor { get; set; } = 1000;
        public int Timers { get; private set; }

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Timers++;
            return base.CreateTimer(callback, state, dueTime > TimeSpan.Zero ? dueTime / Factor : dueTime, period);
        }
    }
}
