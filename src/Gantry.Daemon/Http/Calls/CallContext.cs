using Grpc.Core;
using Microsoft.AspNetCore.Http;

namespace Gantry.Daemon.Http.Calls;

/// <summary>One call, as services see it.</summary>
internal sealed class CallContext : ServerCallContext, IDisposable
{
    /// <summary>Under this name, the state has a token that is cancelled when the client's connection ends.</summary>
    private const string Connection = "connection";

    private readonly CancellationTokenSource _cancellation;
    private readonly Metadata _headers;

    /// <param name="deadline">How long the client waits; null for as long as it takes.</param>
    public CallContext(HttpContext http, TimeSpan? deadline)
    {
        Http = http;
        _headers = HeadersOf(http);
        _cancellation = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted);
        DeadlineCore = deadline is { } patience ? DateTime.UtcNow + patience : DateTime.MaxValue;
        if (deadline is { } limit) _cancellation.CancelAfter(limit);
        if (http.Features.Get<CallConnection>() is { } connection) UserStateCore[Connection] = connection.ConnectionClosed;
    }

    public HttpContext Http { get; }

    /// <summary>The client waits no longer, and has not left.</summary>
    public bool IsLate => _cancellation.IsCancellationRequested && !Http.RequestAborted.IsCancellationRequested;

    /// <summary>The head of the answer is sent with the first message.</summary>
    public async Task StartAsync()
    {
        if (Http.Response.HasStarted) return;
        Http.Response.ContentType = "application/grpc";
        await Http.Response.StartAsync(CancellationToken);
    }

    private static Metadata HeadersOf(HttpContext http)
    {
        Metadata headers = [];
        foreach ((string name, Microsoft.Extensions.Primitives.StringValues values) in http.Request.Headers)
        {
            // What is binary nobody here asks for; what has a colon is the protocol's.
            if (name.StartsWith(':') || name.EndsWith(Metadata.BinaryHeaderSuffix, StringComparison.OrdinalIgnoreCase)) continue;
            foreach (string? value in values) headers.Add(name.ToLowerInvariant(), value ?? "");
        }
        return headers;
    }

    protected override string MethodCore => Http.Request.Path.Value ?? "";
    protected override string HostCore => Http.Request.Host.Value ?? "";
    protected override string PeerCore => "";
    protected override DateTime DeadlineCore { get; }
    protected override Metadata RequestHeadersCore => _headers;
    protected override CancellationToken CancellationTokenCore => _cancellation.Token;
    protected override Metadata ResponseTrailersCore { get; } = [];
    protected override Status StatusCore { get; set; } = Status.DefaultSuccess;
    protected override IDictionary<object, object> UserStateCore { get; } = new Dictionary<object, object>();
    protected override WriteOptions? WriteOptionsCore { get; set; }
    protected override AuthContext AuthContextCore { get; } = new(null, []);

    protected override ContextPropagationToken CreatePropagationTokenCore(ContextPropagationOptions? options) =>
        throw new NotSupportedException();

    protected override Task WriteResponseHeadersAsyncCore(Metadata responseHeaders) => StartAsync();

    public void Dispose() => _cancellation.Dispose();
}
