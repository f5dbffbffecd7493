using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Gantry.Daemon.Configuration;
using Gantry.Daemon.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gantry.Daemon.Tests.Http;

/// <summary>The HTTP floor alone, on a socket of its own, with routes made for the test; talked to in raw bytes.</summary>
internal sealed class TestServer : IAsyncDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("gantry-http-").FullName;
    private readonly ApiServer _server;

    private readonly int _port;

    private TestServer(Action<Router> map, bool tls, ILoggerProvider? log)
    {
        Router router = new();
        map(router);
        Path = $"{_directory}/api.sock";
        _port = tls ? FreePort() : 0;
        ListenAddress address = ListenAddress.Parse(tls ? $"tcp://127.0.0.1:{_port}" : $"unix://{Path}", tls);
        SslServerAuthenticationOptions? options = tls ? new SslServerAuthenticationOptions { ServerCertificate = Certificate() } : null;
        _server = new ApiServer(router, [address], group: null,
            log is null ? NullLoggerFactory.Instance : new LoggerFactory([log]), options);
    }

    private static int FreePort()
    {
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    private static X509Certificate2 Certificate()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=localhost", key, HashAlgorithmName.SHA256);
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
    }

    public string Path { get; }

    public static async Task<TestServer> StartAsync(Action<Router> map, bool tls = false, ILoggerProvider? log = null)
    {
        TestServer test = new(map, tls, log);
        await test._server.StartAsync(TestContext.Current.CancellationToken);
        return test;
    }

    public async Task<RawClient> ConnectAsync()
    {
        if (_port > 0) return await ConnectTlsAsync();
        Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(Path), TestContext.Current.CancellationToken);
        return new RawClient(socket, new NetworkStream(socket, ownsSocket: true));
    }

    private async Task<RawClient> ConnectTlsAsync()
    {
        Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, _port, TestContext.Current.CancellationToken);
        SslStream stream = new(new NetworkStream(socket, ownsSocket: true));
        // It is our own, made a moment ago.
        SslClientAuthenticationOptions options =
            new() { TargetHost = "localhost", RemoteCertificateValidationCallback = (_, _, _, _) => true };
        await stream.AuthenticateAsClientAsync(options, TestContext.Current.CancellationToken);
        return new RawClient(socket, stream);
    }

    /// <summary>One request on a connection of its own, answered in full.</summary>
    public async Task<string> AskAsync(string request)
    {
        using RawClient client = await ConnectAsync();
        await client.SendAsync(request);
        return await client.ReadToEndAsync();
    }

    public Task<string> GetAsync(string target) => AskAsync($"GET {target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");

    public Task<string> PostAsync(string target, string body, string contentType = "application/json") =>
        AskAsync($"POST {target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: {contentType}\r\nContent-Length: "
            + $"{Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}");

    public async ValueTask DisposeAsync()
    {
        await _server.StopAsync(TimeSpan.FromSeconds(2));
        await _server.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }
}

internal sealed class RawClient(Socket socket, Stream stream) : IDisposable
{
    public async Task SendAsync(string text) =>
        await stream.WriteAsync(Encoding.UTF8.GetBytes(text), TestContext.Current.CancellationToken);

    public void CloseWrite() => socket.Shutdown(SocketShutdown.Send);

    public async Task<string> ReadToEndAsync()
    {
        using CancellationTokenSource limit = new(TimeSpan.FromSeconds(60));
        using MemoryStream all = new();
        await stream.CopyToAsync(all, limit.Token);
        return Encoding.UTF8.GetString(all.ToArray());
    }

    /// <summary>What is there when somebody looks, as clients read that have a buffer.</summary>
    public async Task<string> ReadOnceAsync()
    {
        using CancellationTokenSource limit = new(TimeSpan.FromSeconds(60));
        byte[] buffer = new byte[8192];
        return Encoding.UTF8.GetString(buffer, 0, await stream.ReadAsync(buffer, limit.Token));
    }

    public async Task<string> ReadUntilAsync(string mark)
    {
        using CancellationTokenSource limit = new(TimeSpan.FromSeconds(60));
        StringBuilder text = new();
        byte[] one = new byte[1];
        while (!text.ToString().EndsWith(mark, StringComparison.Ordinal))
        {
            if (await stream.ReadAsync(one, limit.Token) == 0) throw new EndOfStreamException(text.ToString());
            text.Append((char)one[0]);
        }
        return text.ToString();
    }

    public void Dispose() => stream.Dispose();
}
