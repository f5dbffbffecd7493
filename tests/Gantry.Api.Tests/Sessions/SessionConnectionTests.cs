using System.Net.Sockets;
using System.Text;
using Gantry.Api.Builds;
using Gantry.Api.Sessions;

namespace Gantry.Api.Tests.Sessions;

public sealed class SessionConnectionTests : IDisposable
{
    private readonly NetworkStream _daemonEnd, _clientEnd;
    private readonly SessionConnection _daemon;
    private Func<SessionRequest, SessionStream, Task> _answer = (_, _) => Task.CompletedTask;
    private readonly Task _daemonRun;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public SessionConnectionTests()
    {
        string path = Path.Combine(Path.GetTempPath(), $"gantry-session-{Guid.NewGuid():N}");
        using Socket listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen();
        Socket client = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        client.Connect(new UnixDomainSocketEndPoint(path));
        (_clientEnd, _daemonEnd) = (new NetworkStream(client, ownsSocket: true), new NetworkStream(listener.Accept(), ownsSocket: true));
        File.Delete(path);
        _daemon = new SessionConnection(_daemonEnd, _daemonEnd);
        _daemonRun = Task.Run(() => _daemon.RunAsync(Cancellation));
    }

    public void Dispose()
    {
        _clientEnd.Dispose();
        _daemonEnd.Dispose();
    }

    private void Answer(Func<SessionRequest, SessionStream, Task> answer)
    {
        _answer = answer;
        SessionConnection client = new(_clientEnd, _clientEnd, (request, stream) => _answer(request, stream));
        _ = Task.Run(() => client.RunAsync(Cancellation));
    }

    [Fact]
    public async Task StreamsGoOnSideBySideEachInItsOrder()
    {
        Answer(async (request, stream) =>
        {
            await using (stream)
                while (await stream.ReceiveAsync(Cancellation) is { } message)
                    await stream.SendAsync(Encoding.UTF8.GetBytes(request.Name + Encoding.UTF8.GetString(message)), Cancellation);
        });
        await Task.WhenAll(Enumerable.Range(0, 50).Select(async number =>
        {
            await using SessionStream stream = await _daemon.OpenAsync(new SessionRequest { Name = $"{number}:" }, Cancellation);
            for (int i = 0; i < 100; i++)
            {
                await stream.SendAsync(Encoding.UTF8.GetBytes($"{i}"), Cancellation);
                Assert.Equal($"{number}:{i}", Encoding.UTF8.GetString((await stream.ReceiveAsync(Cancellation))!));
            }
            await stream.EndAsync(Cancellation);
            Assert.Null(await stream.ReceiveAsync(Cancellation));
        }));
    }

    /// <summary>What nobody takes waits on the side that sends, and holds no other stream.</summary>
    [Fact]
    public async Task WhoDoesNotReadHoldsNobodyElse()
    {
        long sent = 0;
        TaskCompletionSource floods = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Answer(async (request, stream) =>
        {
            await using (stream)
            {
                for (int i = 0; i < (request.Name == "flood" ? 10_000 : 1); i++)
                {
                    await stream.SendAsync(new byte[10_000], Cancellation);
                    if (request.Name != "flood") continue;
                    Interlocked.Add(ref sent, 10_000);
                    floods.TrySetResult();
                }
                await stream.EndAsync(Cancellation);
            }
        });
        SessionStream flood = await _daemon.OpenAsync(new SessionRequest { Name = "flood" }, Cancellation);
        await floods.Task.WaitAsync(Cancellation);
        for (int i = 0; i < 20; i++)
        {
            await using SessionStream other = await _daemon.OpenAsync(new SessionRequest { Name = "other" }, Cancellation);
            Assert.Equal(10_000, (await other.ReceiveAsync(Cancellation))!.Length);
        }
        Assert.InRange(Interlocked.Read(ref sent), 1, 2 << 20);
        for (int i = 0; i < 10_000; i++) Assert.Equal(10_000, (await flood.ReceiveAsync(Cancellation))!.Length);
        Assert.Null(await flood.ReceiveAsync(Cancellation));
    }

    [Fact]
    public async Task ARefusalIsSaidInWords()
    {
        Answer((request, stream) => stream.RefuseAsync($"no {request.Name}", isNotFound: request.Name == "a", Cancellation).AsTask());
        foreach (string name in (string[])["a", "b"])
        {
            await using SessionStream stream = await _daemon.OpenAsync(new SessionRequest { Name = name }, Cancellation);
            SessionRefusedException e =
                await Assert.ThrowsAsync<SessionRefusedException>(async () => await stream.ReceiveAsync(Cancellation));
            Assert.Equal(($"no {name}", name == "a"), (e.Message, e.IsNotFound));
            IOException refused =
                await Assert.ThrowsAsync<IOException>(async () => await stream.SendAsync("x"u8.ToArray(), Cancellation));
            Assert.Same(e, refused.InnerException);
        }
    }

    [Fact]
    public async Task AClientThatGoesIsMissedByAll()
    {
        Answer((_, _) => Task.Delay(Timeout.Infinite, Cancellation));
        SessionStream receiving = await _daemon.OpenAsync(new SessionRequest(), Cancellation);
        SessionStream sending = await _daemon.OpenAsync(new SessionRequest(), Cancellation);
        Task received = receiving.ReceiveAsync(Cancellation).AsTask(), sent = Task.Run(async () =>
        {
            while (true) await sending.SendAsync(new byte[100_000], Cancellation);
        }, Cancellation);
        _clientEnd.Dispose();
        await Assert.ThrowsAsync<IOException>(() => received);
        await Assert.ThrowsAsync<IOException>(() => sent);
        await _daemonRun;
        Assert.True(_daemon.Gone.IsCancellationRequested);
        await Assert.ThrowsAsync<IOException>(() => _daemon.OpenAsync(new SessionRequest(), Cancellation));
    }

    [Theory]
    [InlineData(new byte[] { 9, 0, 0, 0, 1, 0, 0, 0, 0 })]
    [InlineData(new byte[] { 2, 0, 0, 0, 1, 0x7f, 0, 0, 0 })]
    [InlineData(new byte[] { 2, 0, 0, 0, 1, 0xff, 0xff, 0xff, 0xff })]
    [InlineData(new byte[] { 1, 0, 0, 0, 7, 0, 0, 0, 2, (byte)'{', (byte)'}' })]
    [InlineData(new byte[] { 4, 0, 0, 0, 1, 0, 0, 0, 4, 0xff, 0, 0, 0 })]
    [InlineData(new byte[] { 3, 0, 0, 0, 1, 0, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 0 })]
    public async Task NonsenseEndsTheConnection(byte[] frames)
    {
        SessionStream stream = await _daemon.OpenAsync(new SessionRequest(), Cancellation);
        await _clientEnd.WriteAsync(frames, Cancellation);
        await Assert.ThrowsAsync<InvalidDataException>(() => _daemonRun);
        Assert.True(_daemon.Gone.IsCancellationRequested);
        await Assert.ThrowsAsync<IOException>(async () => await stream.SendAsync("x"u8.ToArray(), Cancellation));
    }

    /// <summary>More than was allowed would have to be kept here.</summary>
    [Fact]
    public async Task WhoSendsMoreThanItMayIsCutOff()
    {
        await _daemon.OpenAsync(new SessionRequest(), Cancellation);
        byte[] frame = [2, 0, 0, 0, 1, 0, 1, 0, 0, .. new byte[1 << 16]];
        // Nobody reads the rest: it is sent until the connection is closed.
        _ = Task.Run(async () =>
        {
            while (true) await _clientEnd.WriteAsync(frame, Cancellation);
        }, Cancellation);
        await Assert.ThrowsAsync<InvalidDataException>(() => _daemonRun);
    }
}
