using Gantry.Daemon.Host;
using Microsoft.Extensions.Logging;

namespace Gantry.Daemon.Tests.Http;

public sealed class FailureTests
{
    [Theory]
    [InlineData(ErrorKind.InvalidArgument, 400)]
    [InlineData(ErrorKind.Unauthorized, 401)]
    [InlineData(ErrorKind.Forbidden, 403)]
    [InlineData(ErrorKind.NotFound, 404)]
    [InlineData(ErrorKind.Conflict, 409)]
    [InlineData(ErrorKind.Internal, 500)]
    [InlineData(ErrorKind.Unsupported, 501)]
    [InlineData(ErrorKind.Unavailable, 503)]
    public async Task EachKindHasItsStatus(ErrorKind kind, int status)
    {
        await using TestServer server =
            await TestServer.StartAsync(router => router.Get("/fail", _ => throw new GantryException(kind, "what \"failed\"")));
        string answer = await server.GetAsync("/fail");
        Assert.StartsWith($"HTTP/1.1 {status} ", answer);
        Assert.EndsWith("{\"message\":\"what \\\"failed\\\"\"}", answer);
    }

    /// <summary>Who looks for faults in the log finds those of the daemon, and not what clients asked for in vain.</summary>
    [Theory]
    [InlineData(ErrorKind.InvalidArgument, null)]
    [InlineData(ErrorKind.Unsupported, null)]
    [InlineData(ErrorKind.Unavailable, LogLevel.Information)]
    [InlineData(ErrorKind.Internal, LogLevel.Error)]
    public async Task OnlyItsOwnFaultsAreErrorsInTheLog(ErrorKind kind, LogLevel? level)
    {
        Collected log = new();
        await using TestServer server =
            await TestServer.StartAsync(router => router.Get("/fail", _ => throw new GantryException(kind, "what failed")), log: log);
        await server.GetAsync("/fail");
        Assert.Equal(level, log.LevelOf("what failed"));
    }

    private sealed class Collected : ILoggerProvider, ILogger
    {
        private readonly List<(LogLevel Level, string Text)> _lines = [];

        /// <returns>Null where it is not written as a daemon is set up.</returns>
        public LogLevel? LevelOf(string text)
        {
            lock (_lines)
                return _lines.Where(line => line.Text.Contains(text) && line.Level >= LogLevel.Information)
                    .Select(line => (LogLevel?)line.Level).FirstOrDefault();
        }

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter)
        {
            lock (_lines) _lines.Add((logLevel, formatter(state, exception)));
        }

        public void Dispose() { }
    }

    [Fact]
    public async Task WhatIsAlreadySoHasNoBody()
    {
        await using TestServer server =
            await TestServer.StartAsync(router => router.Post("/start", _ => throw new GantryException(ErrorKind.NotModified, "already")));
        string answer = await server.PostAsync("/start", "");
        Assert.StartsWith("HTTP/1.1 304 ", answer);
        Assert.EndsWith("\r\n\r\n", answer);
    }

    [Fact]
    public async Task AnAnswerThatFailsHalfwayIsCutOff()
    {
        await using TestServer server = await TestServer.StartAsync(router => router.Get("/half", async context =>
        {
            Stream answer = await context.StartStreamAsync("application/json");
            await answer.WriteAsync("half"u8.ToArray(), context.Aborted);
            await answer.FlushAsync(context.Aborted);
            throw GantryException.Internal("no more");
        }));
        // The last chunk, of length zero, is what says that the answer is whole.
        Assert.DoesNotContain("\r\n0\r\n\r\n", await server.GetAsync("/half"));
    }

    [Fact]
    public async Task AHandlerLearnsThatTheClientHasLeft()
    {
        TaskCompletionSource left = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using TestServer server = await TestServer.StartAsync(router => router.Get("/wait", async context =>
        {
            await context.StartStreamAsync("application/json");
            context.Aborted.Register(() => left.SetResult());
            await Task.Delay(Timeout.Infinite, context.Aborted);
        }));
        using (RawClient client = await server.ConnectAsync())
        {
            await client.SendAsync("GET /wait HTTP/1.1\r\nHost: x\r\n\r\n");
            await client.ReadUntilAsync("\r\n\r\n");
        }
        await left.Task.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task AClientThatHasClosedItsHalfIsAnswered()
    {
        await using TestServer server = await TestServer.StartAsync(PingRoutes.Map);
        using RawClient client = await server.ConnectAsync();
        await client.SendAsync("GET /_ping HTTP/1.1\r\nHost: x\r\n\r\n");
        client.CloseWrite();
        Assert.EndsWith("\r\n\r\nOK", await client.ReadToEndAsync());
    }

    [Theory]
    [InlineData("GARBAGE\r\n\r\n")]
    [InlineData("GET /_ping HTTP/1.1\r\n\r\n")]
    [InlineData("GET /_ping HTTP/9.9\r\nHost: x\r\n\r\n")]
    public async Task WhatIsNotHttpIsRefused(string request)
    {
        await using TestServer server = await TestServer.StartAsync(PingRoutes.Map);
        Assert.Matches("^HTTP/1.1 (400|505) ", await server.AskAsync(request));
    }
}
