using System.Net.Sockets;
using Gantry.EndToEnd.Processes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Gantry.EndToEnd.Builds.Calls;

/// <summary>What a client offers to a daemon on a connection that it opens: gRPC's own server answers there.</summary>
internal sealed class KitSession : IAsyncDisposable
{
    private static int _count;

    private readonly WebApplication _server;
    private readonly NetworkStream _daemon, _own;
    private readonly Task _pumping;

    private KitSession(string name, WebApplication server, NetworkStream daemon, NetworkStream own)
    {
        (Name, _server, _daemon, _own) = (name, server, daemon, own);
        _pumping = Task.WhenAll(PumpAsync(daemon, own), PumpAsync(own, daemon));
    }

    public string Name { get; }

    public static async Task<KitSession> OpenAsync(string socket, Scratch scratch, ClientFiles files)
    {
        string name = $"session-{Environment.ProcessId}-{Interlocked.Increment(ref _count)}", own = scratch[name];
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(options => options.ListenUnixSocket(own, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddGrpc();
        builder.Services.AddSingleton(files);
        WebApplication server = builder.Build();
        server.MapGrpcService<FileSyncService>();
        server.MapGrpcService<FileSendService>();
        server.MapGrpcService<ContentService>();
        server.MapGrpcService<ClientHealth>();
        await server.StartAsync();
        NetworkStream daemon = await KitSocket.UpgradeAsync(socket, "/session", $"X-Docker-Expose-Session-Uuid: {name}",
            "X-Docker-Expose-Session-Name: test", $"X-Docker-Expose-Session-Sharedkey: {name}",
            "X-Docker-Expose-Session-Grpc-Method: /moby.filesync.v1.FileSync/DiffCopy",
            "X-Docker-Expose-Session-Grpc-Method: /moby.filesync.v1.FileSend/DiffCopy",
            "X-Docker-Expose-Session-Grpc-Method: /containerd.services.content.v1.Content/Read");
        Socket connection = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await connection.ConnectAsync(new UnixDomainSocketEndPoint(own));
        return new KitSession(name, server, daemon, new NetworkStream(connection, ownsSocket: true));
    }

    private static async Task PumpAsync(NetworkStream from, NetworkStream to)
    {
        try
        {
            await from.CopyToAsync(to);
            to.Socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException)
        {
            // One of the two was quicker.
        }
    }

    /// <summary>Without a word to the daemon.</summary>
    public void Cut() => _daemon.Dispose();

    public async ValueTask DisposeAsync()
    {
        await _daemon.DisposeAsync();
        await _own.DisposeAsync();
        await _pumping;
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(1));
        await _server.StopAsync(patience.Token);
        await _server.DisposeAsync();
    }
}
