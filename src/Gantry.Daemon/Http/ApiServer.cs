using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using Gantry.Daemon.Configuration;
using Gantry.Daemon.Http.Hijack;
using Gantry.Daemon.Http.Listening;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Options;

namespace Gantry.Daemon.Http;

/// <summary>Kestrel alone, without host, dependency injection or middleware: what the API needs of them is in this folder.</summary>
internal sealed class ApiServer : IAsyncDisposable
{
    private readonly KestrelServer _server;
    private readonly ApiApplication _application;

    /// <param name="group">The group that may use UNIX sockets; null: only root.</param>
    /// <param name="tls">For tcp addresses; null: in the clear.</param>
    public ApiServer(Router router, IReadOnlyList<ListenAddress> addresses, uint? group, ILoggerFactory logging,
        SslServerAuthenticationOptions? tls = null)
    {
        _application = new ApiApplication(router, logging.CreateLogger<ApiApplication>());
        KestrelServerOptions options = new() { AddServerHeader = false, AllowSynchronousIO = false };
        // Archives are as large as they are, and may come or go as slowly as the other end makes them.
        options.Limits.MaxRequestBodySize = null;
        options.Limits.MinRequestBodyDataRate = null;
        options.Limits.MinResponseDataRate = null;
        foreach (ListenAddress address in addresses) Listen(options, address, tls);
        SocketTransportOptions transport = new()
        {
            CreateBoundListenSocket = endpoint => endpoint is UnixDomainSocketEndPoint unix ? UnixListener.Bind(PathOf(unix), group)
                : SocketTransportOptions.CreateDefaultBoundListenSocket(endpoint),
        };
        _server = new KestrelServer(Options.Create(options), new SocketTransportFactory(Options.Create(transport), logging), logging);
    }

    private static void Listen(KestrelServerOptions options, ListenAddress address, SslServerAuthenticationOptions? tls)
    {
        switch (address.Scheme)
        {
            case "unix":
                options.ListenUnixSocket(address.Path.StartsWith('@') ? '\0' + address.Path[1..] : Path.GetFullPath(address.Path),
                    Configure);
                break;
            case "fd":
                foreach (int descriptor in SocketActivation.Descriptors(address.Path)) options.ListenHandle((ulong)descriptor, Configure);
                break;
            default:
                options.Listen(new IPEndPoint(address.Address!, address.Port), listen =>
                {
                    if (tls is not null) listen.Use(next => connection => TlsConnection.RunAsync(connection, tls, next));
                    Configure(listen, raw: tls is null);
                });
                break;
        }
    }

    private static void Configure(ListenOptions listen) => Configure(listen, raw: true);

    private static void Configure(ListenOptions listen, bool raw)
    {
        listen.Protocols = HttpProtocols.Http1;
        listen.Use(next => connection => next(new HijackableConnection(connection, raw)));
    }

    private static string PathOf(UnixDomainSocketEndPoint endpoint)
    {
        string text = endpoint.ToString();
        return text.StartsWith('\0') ? '@' + text[1..] : text;
    }

    /// <exception cref="GantryException">An address cannot be listened on.</exception>
    public async Task StartAsync(CancellationToken cancellation)
    {
        try
        {
            await _server.StartAsync(_application, cancellation);
        }
        catch (IOException e) when (e.InnerException is AddressInUseException or SocketException)
        {
            throw GantryException.Conflict(e.Message);
        }
    }

    /// <summary>Accepts no more, lets running requests finish until <paramref name="patience"/> is at its end,
    /// then cuts them off.</summary>
    public async Task StopAsync(TimeSpan patience)
    {
        using CancellationTokenSource limit = new(patience);
        await _server.StopAsync(limit.Token);
    }

    public ValueTask DisposeAsync()
    {
        _server.Dispose();
        return ValueTask.CompletedTask;
    }
}
