using System.Net.Sockets;
using System.Text;
using Gantry.Api.Builds;
using Gantry.Api.Client;
using Xunit;

namespace Gantry.Api.Tests.Client;

/// <summary>A body that is sent while the answer is read.</summary>
public sealed class RequestBodyTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly string _directory = Directory.CreateTempSubdirectory("gantry-body-").FullName;
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly ApiClient _client;

    public RequestBodyTests()
    {
        string path = Path.Combine(_directory, "s");
        _listener.Bind(new UnixDomainSocketEndPoint(path));
        _listener.Listen();
        _client = new ApiClient(DaemonAddress.Parse(path), "1.41");
    }

    public void Dispose()
    {
        _client.Dispose();
        _listener.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    /// <param name="serve">Gets the connection, of which nothing was read.</param>
    private Task Daemon(Action<Socket> serve) => Task.Run(() =>
    {
        using Socket connection = _listener.Accept();
        serve(connection);
    });

    private static string ReadUntil(Socket connection, string end)
    {
        StringBuilder text = new();
        byte[] buffer = new byte[1 << 16];
        while (!text.ToString().EndsWith(end, StringComparison.Ordinal) && connection.Receive(buffer) is > 0 and int count)
            text.Append(Encoding.ASCII.GetString(buffer, 0, count));
        return text.ToString();
    }

    private ApiResponse Build(Action<Stream> body) => _client.Builds.Build(new BuildRequest { Tags = ["x:1"] }, body,
        new Dictionary<string, Api.Images.AuthConfig>());

    [Fact]
    public async Task ItComesWholeInChunks()
    {
        string got = "";
        Task daemon = Daemon(connection =>
        {
            got = ReadUntil(connection, "\r\n0\r\n\r\n");
            connection.Send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"u8);
        });
        using (ApiResponse answer = Build(stream => stream.Write("body"u8)))
            Assert.Equal("ok"u8.ToArray(), answer.ReadAll());
        await daemon.WaitAsync(Patience, TestContext.Current.CancellationToken);
        Assert.StartsWith("POST /v1.41/build?t=x%3A1&rm=1&version=1 HTTP/1.1\r\n", got);
        Assert.Contains("\r\nContent-Type: application/x-tar\r\nTransfer-Encoding: chunked\r\nX-Registry-Config: e30=\r\n", got);
        Assert.EndsWith("\r\n\r\n4\r\nbody\r\n0\r\n\r\n", got);
    }

    [Fact]
    public async Task TheAnswerMayBeginBeforeTheBodyHasEnded()
    {
        using SemaphoreSlim heard = new(0);
        Task daemon = Daemon(connection =>
        {
            connection.Send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nbe"u8);
            ReadUntil(connection, "\r\n0\r\n\r\n");
            connection.Send("en"u8);
        });
        using ApiResponse answer = Build(stream =>
        {
            stream.Write("first"u8);
            Assert.True(heard.Wait(Patience));
            stream.Write("last"u8);
        });
        byte[] begin = new byte[2];
        answer.Body.ReadExactly(begin);
        heard.Release();
        Assert.Equal("en"u8.ToArray(), answer.ReadAll());
        await daemon.WaitAsync(Patience, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task ARefusalIsHeardWhileMoreIsSentThanTheDaemonTakes()
    {
        Task daemon = Daemon(connection =>
        {
            connection.Receive(new byte[100]);
            connection.Send("HTTP/1.1 400 Bad\r\nConnection: close\r\nContent-Length: 16\r\n\r\n{\"message\":\"no\"}"u8);
        });
        ApiException refused = Assert.Throws<ApiException>(() => Build(stream =>
        {
            byte[] piece = new byte[1 << 20];
            while (true) stream.Write(piece);
        }));
        Assert.Equal("no", refused.Message);
        await daemon.WaitAsync(Patience, TestContext.Current.CancellationToken);
    }

    /// <summary>Half a body is not to be taken for a whole one.</summary>
    [Fact]
    public async Task ABodyThatCannotBeReadBreaksTheConnectionOff()
    {
        string got = "";
        Task daemon = Daemon(connection => got = ReadUntil(connection, "no end"));
        Assert.Throws<ApiConnectionException>(() => Build(stream =>
        {
            stream.Write("half"u8);
            stream.Flush();
            throw new InvalidOperationException("a file that cannot be read");
        }));
        await daemon.WaitAsync(Patience, TestContext.Current.CancellationToken);
        Assert.EndsWith("\r\n4\r\nhalf\r\n", got);
    }
}
