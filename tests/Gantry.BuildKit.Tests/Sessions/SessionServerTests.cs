using Gantry.Build.Sessions;
using Gantry.BuildKit.Sessions;

namespace Gantry.BuildKit.Tests.Sessions;

public sealed class SessionServerTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static SessionHead Head(string id) => new(id, "", []);

    [Fact]
    public async Task OnlySoManyAreTakenAndEachNameOnce()
    {
        SessionList<ClientSession> sessions = new(TimeProvider.System);
        SessionServer server = new(sessions, TimeProvider.System);
        TaskCompletionSource over = new();
        List<Task> all =
            [.. Enumerable.Range(0, SessionList<ClientSession>.Most).Select(i => server.ServeAsync(Head($"{i}"), _ => over.Task))];
        Assert.Equal(ErrorKind.Conflict, await Refused("7"));
        Assert.Equal(ErrorKind.Unavailable, await Refused("another"));
        over.SetResult();
        await Task.WhenAll(all);
        await server.ServeAsync(Head("7"), _ => Task.CompletedTask);

        async Task<ErrorKind> Refused(string id) =>
            (await Assert.ThrowsAsync<GantryException>(() => server.ServeAsync(Head(id), _ => Task.CompletedTask))).Kind;
    }

    [Fact]
    public async Task ASessionThatComesAfterItsBuildIsFoundAndEndsWithItsConnection()
    {
        SessionList<ClientSession> sessions = new(TimeProvider.System);
        SessionServer server = new(sessions, TimeProvider.System);
        Task<ClientSession> waiting = sessions.WaitAsync("s", Cancellation);
        using CancellationTokenSource gone = new();
        Task served = server.ServeAsync(Head("s"), run => run(new NeverStream(), gone.Token));
        ClientSession session = await waiting;
        Assert.Same(session, await sessions.WaitAsync("s", Cancellation));
        Assert.False(session.Gone.IsCancellationRequested);
        await gone.CancelAsync();
        await served;
        Assert.True(session.Gone.IsCancellationRequested);
    }

    [Fact]
    public async Task AllEndWithTheDaemon()
    {
        SessionList<ClientSession> sessions = new(TimeProvider.System);
        SessionServer server = new(sessions, TimeProvider.System);
        Task served = server.ServeAsync(Head("s"), run => run(new NeverStream(), CancellationToken.None));
        ClientSession session = await sessions.WaitAsync("s", Cancellation);
        sessions.Leave();
        await served.WaitAsync(Cancellation);
        Assert.True(session.Gone.IsCancellationRequested);
    }

    [Fact]
    public async Task AConnectionThatEndsEndsTheSession()
    {
        SessionList<ClientSession> sessions = new(TimeProvider.System);
        SessionServer server = new(sessions, TimeProvider.System);
        await server.ServeAsync(Head("s"), run => run(new MemoryStream(), CancellationToken.None)).WaitAsync(Cancellation);
    }

    /// <summary>The other side takes everything and says nothing.</summary>
    private sealed class NeverStream : MemoryStream
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
            return 0;
        }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => default;
    }
}
