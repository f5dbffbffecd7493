using System.Text;
using Gantry.Api.Execs;
using Gantry.Api.Wire;
using Gantry.Daemon.Host;
using Gantry.Daemon.Http;
using Gantry.Tests.Shared;

namespace Gantry.Daemon.Tests.Http;

public sealed class HijackTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Says "ready", echoes until the client closes its half, then says "bye":
    /// what follows the half-close must still arrive.</summary>
    private static void MapEcho(Router router) => router.Post("/echo/{id}", async context =>
    {
        await context.ReadJsonAsync(ApiJson.Wire.ExecStartRequest);
        await context.HijackAsync(context.StreamType(terminal: false), async client =>
        {
            await client.Output.WriteAsync("ready\n"u8.ToArray(), client.Gone);
            byte[] buffer = new byte[1024];
            while (await client.Input.ReadAsync(buffer, client.Gone) is > 0 and var count)
                await client.Output.WriteAsync(buffer.AsMemory(0, count), client.Gone);
            await Stays.True(() => !client.Gone.IsCancellationRequested, TimeSpan.FromMilliseconds(100), "the client is there");
            await client.Output.WriteAsync("bye\n"u8.ToArray(), client.Gone);
        });
    });

    [Theory]
    [InlineData("Connection: Upgrade\r\nUpgrade: tcp\r\n", "", "101 UPGRADED")]
    [InlineData("Connection: Upgrade\r\nUpgrade: tcp\r\n", "{\"Detach\":false}", "101 UPGRADED")]
    [InlineData("", "", "200 OK")]
    [InlineData("", "{\"Detach\":false}", "200 OK")]
    public async Task BytesGoBothWaysAndEachHalfClosesAlone(string headers, string body, string status)
    {
        await using TestServer server = await TestServer.StartAsync(MapEcho);
        using RawClient client = await server.ConnectAsync();
        await client.SendAsync($"POST /v1.44/echo/x HTTP/1.1\r\nHost: x\r\n{headers}Content-Type: application/json\r\nContent-Length: "
            + $"{body.Length}\r\n\r\n{body}");
        string head = await client.ReadUntilAsync("\r\n\r\n");
        Assert.StartsWith($"HTTP/1.1 {status}\r\n", head);
        Assert.Contains("Content-Type: application/vnd.docker.multiplexed-stream\r\n", head);
        Assert.DoesNotContain("chunked", head);
        await client.ReadUntilAsync("ready\n");
        await client.SendAsync("one\n");
        await client.ReadUntilAsync("one\n");
        await client.SendAsync("two\n");
        client.CloseWrite();
        Assert.Equal("two\nbye\n", await client.ReadToEndAsync());
    }

    [Fact]
    public async Task InputSentTogetherWithTheRequestIsNotLost()
    {
        await using TestServer server = await TestServer.StartAsync(MapEcho);
        using RawClient client = await server.ConnectAsync();
        await client.SendAsync("POST /echo/x HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}early\n");
        client.CloseWrite();
        Assert.EndsWith("\r\n\r\nready\nearly\nbye\n", await client.ReadToEndAsync());
    }

    [Fact]
    public async Task TheServersEndReachesTheClientWhileItsOwnHalfIsOpen()
    {
        await using TestServer server = await TestServer.StartAsync(router => router.Post("/say", context =>
            context.HijackAsync(RequestContext.RawStream,
                async client => await client.Output.WriteAsync("all\n"u8.ToArray(), client.Gone))));
        using RawClient client = await server.ConnectAsync();
        await client.SendAsync("POST /say HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n");
        Assert.EndsWith("\r\n\r\nall\n", await client.ReadToEndAsync());
    }

    /// <summary>Clients that read the head through a buffer, and what follows from under it, must not find both at once.</summary>
    [Theory]
    [InlineData("Connection: Upgrade\r\nUpgrade: tcp\r\n")]
    [InlineData("")]
    public async Task NothingLiesBehindTheHeadUntilTheHeadIsRead(string headers)
    {
        TaskCompletionSource said = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using TestServer server = await TestServer.StartAsync(router => router.Post("/say",
            context => context.HijackAsync(RequestContext.RawStream, async client =>
        {
            ValueTask all = client.Output.WriteAsync("all\n"u8.ToArray(), client.Gone);
            said.SetResult();
            await all;
        })));
        using RawClient client = await server.ConnectAsync();
        await client.SendAsync($"POST /say HTTP/1.1\r\nHost: x\r\n{headers}\r\n");
        await said.Task.WaitAsync(Patience, TestContext.Current.CancellationToken);
        Assert.EndsWith("\r\n\r\n", await client.ReadOnceAsync());
        Assert.Equal("all\n", await client.ReadToEndAsync());
    }

    [Fact]
    public async Task AClientThatDoesNotReadTheHeadIsSentWhatFollowsAllTheSame()
    {
        TaskCompletionSource sent = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using TestServer server = await TestServer.StartAsync(router => router.Post("/say",
            context => context.HijackAsync(RequestContext.RawStream, async client =>
        {
            await client.Output.WriteAsync("all\n"u8.ToArray(), client.Gone);
            sent.SetResult();
        })));
        using RawClient client = await server.ConnectAsync();
        await client.SendAsync("POST /say HTTP/1.1\r\nHost: x\r\n\r\n");
        await sent.Task.WaitAsync(Patience, TestContext.Current.CancellationToken);
        Assert.EndsWith("\r\n\r\nall\n", await client.ReadOnceAsync());
    }

    [Fact]
    public async Task MuchOutputArrivesWhole()
    {
        byte[] line = Encoding.ASCII.GetBytes(new string('x', 65535) + "\n");
        await using TestServer server = await TestServer.StartAsync(
            router => router.Post("/say", context => context.HijackAsync(RequestContext.RawStream, async client =>
        {
            for (int i = 0; i < 200; i++) await client.Output.WriteAsync(line, client.Gone);
        })));
        using RawClient client = await server.ConnectAsync();
        await client.SendAsync("POST /say HTTP/1.1\r\nHost: x\r\n\r\n");
        string all = await client.ReadToEndAsync();
        Assert.Equal(200 * 65536, all.Length - all.IndexOf("\r\n\r\n", StringComparison.Ordinal) - 4);
    }

    /// <remarks>A connection that is closed with something unread in it is reset: seen as "connection reset by peer" with
    /// <c>seq 1 2000000 | docker exec -i C head -n 1</c>.</remarks>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task AClientThatIsStillSendingIsNotResetAtTheEnd(bool tls)
    {
        await using TestServer server = await TestServer.StartAsync(router => router.Post("/say", context =>
            context.HijackAsync(RequestContext.RawStream,
                async client => await client.Output.WriteAsync("all\n"u8.ToArray(), client.Gone))), tls);
        using RawClient client = await server.ConnectAsync();
        await client.SendAsync("POST /say HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n");
        // More than pipes and sockets hold.
        Task sending = client.SendAsync(new string('x', 8 << 20));
        Assert.EndsWith("\r\n\r\nall\n", await client.ReadToEndAsync());
        await sending.WaitAsync(Patience, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task AChunkedBodyIsNoInput()
    {
        await using TestServer server = await TestServer.StartAsync(MapEcho);
        using RawClient client = await server.ConnectAsync();
        await client.SendAsync("POST /echo/x HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: "
            + "chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\nearly\n");
        client.CloseWrite();
        Assert.EndsWith("\r\n\r\nready\nearly\nbye\n", await client.ReadToEndAsync());
    }

    [Fact]
    public async Task AConnectionUsedBeforeCanBeTaken()
    {
        await using TestServer server = await TestServer.StartAsync(router =>
        {
            PingRoutes.Map(router);
            MapEcho(router);
        });
        using RawClient client = await server.ConnectAsync();
        await client.SendAsync("GET /_ping HTTP/1.1\r\nHost: x\r\n\r\n");
        await client.ReadUntilAsync("\r\n\r\nOK");
        await client.SendAsync("POST /echo/x HTTP/1.1\r\nHost: x\r\n\r\n");
        await client.ReadUntilAsync("ready\n");
        client.CloseWrite();
        Assert.Equal("bye\n", await client.ReadToEndAsync().WaitAsync(Patience, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task AClientThatVanishesIsNoticedAndOneThatHalfClosesIsNot()
    {
        TaskCompletionSource<bool> outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using TestServer server = await TestServer.StartAsync(
            router => router.Post("/quiet", context => context.HijackAsync(RequestContext.RawStream, async client =>
        {
            await Task.Delay(Timeout.Infinite, client.Gone).ContinueWith(_ => { }, TaskScheduler.Default);
            outcome.SetResult(client.Gone.IsCancellationRequested);
        })));
        RawClient client = await server.ConnectAsync();
        await client.SendAsync("POST /quiet HTTP/1.1\r\nHost: x\r\n\r\n");
        await client.ReadUntilAsync("\r\n\r\n");
        client.CloseWrite();
        await Stays.True(() => !outcome.Task.IsCompleted, TimeSpan.FromMilliseconds(1500), "the client is there");
        client.Dispose();
        Assert.True(await outcome.Task.WaitAsync(Patience, TestContext.Current.CancellationToken));
    }

    /// <summary>As one that sends to a process that does not read: what it sent before it left stays where it is.</summary>
    [Fact]
    public async Task AClientThatVanishesWhileNobodyReadsWhatItSentIsNoticed()
    {
        TaskCompletionSource gone = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using TestServer server = await TestServer.StartAsync(
            router => router.Post("/deaf", context => context.HijackAsync(RequestContext.RawStream, async client =>
        {
            await Task.Delay(Timeout.Infinite, client.Gone).ContinueWith(_ => { }, TaskScheduler.Default);
            gone.SetResult();
        })));
        RawClient client = await server.ConnectAsync();
        await client.SendAsync("POST /deaf HTTP/1.1\r\nHost: x\r\n\r\n");
        await client.ReadUntilAsync("\r\n\r\n");
        // More than pipes and sockets hold, and so it is never all sent.
        Task sending = client.SendAsync(new string('x', 8 << 20));
        Assert.NotSame(sending, await Task.WhenAny(sending, Task.Delay(1000, TestContext.Current.CancellationToken)));
        client.Dispose();
        await gone.Task.WaitAsync(Patience, TestContext.Current.CancellationToken);
        await Assert.ThrowsAnyAsync<Exception>(() => sending);
    }
}
