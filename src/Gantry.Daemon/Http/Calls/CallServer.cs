using Grpc.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;

namespace Gantry.Daemon.Http.Calls;

/// <summary>Serves gRPC on connections that clients have upgraded: Kestrel's HTTP/2, without a socket of its own.</summary>
/// <param name="bind">Names the services; called at the first connection.</param>
internal sealed class CallServer(Action<ServiceBinderBase> bind, ILoggerFactory logging)
{
    /// <summary>A client says nothing while its build goes on; without a bound the server's own arithmetic overflows.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromDays(365);

    private readonly SemaphoreSlim _starting = new(1);
    private readonly CallTransport _transport = new();
    private readonly CancellationTokenSource _leaving = new();
    private KestrelServer? _server;

    /// <summary>Until the client has left, or this end: then all its calls are cancelled.</summary>
    public async Task ServeAsync(Stream stream, CancellationToken gone)
    {
        await StartAsync();
        using CancellationTokenSource over = CancellationTokenSource.CreateLinkedTokenSource(gone, _leaving.Token);
        CallConnection connection = new(new CallStream(stream, over.Cancel));
        await using CancellationTokenRegistration end = over.Token.Register(connection.Close);
        if (!_transport.Offer(connection)) await connection.DisposeAsync();
        await connection.Done;
    }

    private async Task StartAsync()
    {
        await _starting.WaitAsync();
        try
        {
            if (_server is not null) return;
            KestrelServerOptions options = new() { AddServerHeader = false };
            options.Limits.KeepAliveTimeout = Silence;
            options.Limits.MaxRequestBodySize = null;
            options.Limits.MinRequestBodyDataRate = null;
            options.Limits.MinResponseDataRate = null;
            options.Listen(_transport.EndPoint, static listen => listen.Protocols = HttpProtocols.Http2);
            KestrelServer server = new(Options.Create(options), _transport, logging);
            CallTable table = new();
            bind(table);
            await server.StartAsync(new CallApplication(table, logging.CreateLogger<CallApplication>()), CancellationToken.None);
            _server = server;
        }
        finally
        {
            _starting.Release();
        }
    }

    /// <summary>The daemon ends, and all calls with it.</summary>
    public void Leave() => _leaving.Cancel();
}
