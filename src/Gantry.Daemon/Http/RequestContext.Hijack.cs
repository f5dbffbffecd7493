using System.Text;
using Gantry.Daemon.Http.Hijack;
using Gantry.Engine.Containers.Streams;

namespace Gantry.Daemon.Http;

public sealed partial class RequestContext
{
    private bool _hijacked;

    /// <summary>Output without frames: from a terminal.</summary>
    public const string RawStream = "application/vnd.docker.raw-stream";
    /// <summary>Output in frames with 8-byte headers. Named so since API 1.42; older clients are told <see cref="RawStream"/>.</summary>
    public const string MultiplexedStream = "application/vnd.docker.multiplexed-stream";

    /// <summary>How long a client may say nothing, and how long it may go on talking, after all is said to it.</summary>
    private static readonly TimeSpan GoodbyeSilence = TimeSpan.FromSeconds(10), GoodbyeLimit = TimeSpan.FromMinutes(1);

    public string StreamType(bool terminal) => terminal || Version < new ApiVersion(1, 42) ? RawStream : MultiplexedStream;

    /// <summary>Takes the connection from HTTP: answers 101 (or 200 to a client that did not ask for an upgrade),
    /// then bytes go both ways.</summary>
    /// <remarks>
    /// Read the body before; answer errors before. When <paramref name="talk"/> returns, the client is told that no more comes, and the
    /// connection is closed as soon as it has closed too. Its input ends when the client closes its sending half.
    /// </remarks>
    /// <param name="contentType">Empty for what has none.</param>
    /// <param name="protocol">What goes both ways afterwards.</param>
    public async Task HijackAsync(string contentType, Func<ClientStream, Task> talk, string protocol = "tcp")
    {
        if (_connection is null) throw GantryException.Internal("this connection cannot be taken over");
        _hijacked = true;
        // dockerode repeats the query as a body: what is left of it must not become the container's input.
        if (_http.Request.ContentLength is > 0 || _http.Request.Headers.TransferEncoding.Count > 0)
            await _http.Request.Body.CopyToAsync(Stream.Null);
        // Tells the server not to look for another request here.
        _http.Response.Headers.Connection = "close";
        HijackedStream stream = _connection.Hijack();
        using CancellationTokenSource gone = CancellationTokenSource.CreateLinkedTokenSource(_connection.ConnectionClosed), over = new();
        Task watch = WatchAsync(_connection, gone, over.Token);
        try
        {
            await stream.WriteHeadAsync(Head(contentType, protocol));
            await talk(new ClientStream(stream, stream, gone.Token));
        }
        finally
        {
            await stream.CloseWriteAsync();
            await over.CancelAsync();
            await watch;
            await FarewellAsync(stream, _connection.ConnectionClosed);
        }
    }

    private static async Task FarewellAsync(HijackedStream stream, CancellationToken closed)
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(closed);
        limit.CancelAfter(GoodbyeLimit);
        await stream.DrainAsync(GoodbyeSilence, limit.Token);
    }

    /// <remarks>A client that dies while nothing is written would otherwise be kept until the container ends.</remarks>
    private static async Task WatchAsync(HijackableConnection connection, CancellationTokenSource gone, CancellationToken over)
    {
        try
        {
            await connection.VanishedAsync(over);
            await gone.CancelAsync();
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
        {
            // The talk has ended first.
        }
    }

    private byte[] Head(string contentType, string protocol)
    {
        string upgrade = Header("Upgrade");
        StringBuilder head = new();
        head.Append(upgrade.Length > 0
            ? $"HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: {protocol}\r\n"
            : "HTTP/1.1 200 OK\r\nConnection: close\r\n");
        if (contentType.Length > 0) head.Append($"Content-Type: {contentType}\r\n");
        foreach ((string name, string value) in CommonHeaders.All) head.Append($"{name}: {value}\r\n");
        head.Append("\r\n");
        return Encoding.ASCII.GetBytes(head.ToString());
    }
}
