using System.Text;
using Grpc.Net.Client;

namespace Gantry.BuildKit.Connections;

/// <summary>Calls over one connection that is there already.</summary>
internal static class StreamChannel
{
    /// <summary>Bytes of a message: what BuildKit's own side takes.</summary>
    private const int MaxMessage = 16 << 20;

    /// <summary>Bytes of one call that may be on their way unread.</summary>
    private const int Window = 1 << 20;

    /// <returns>A channel that lives as long as the stream: afterwards each call fails. Nothing is sent before the first call.</returns>
    public static GrpcChannel Open(Stream stream)
    {
        Stream? once = new RepeatedHeaders(stream);
        SocketsHttpHandler handler = new()
        {
            ConnectCallback = (_, _) => Interlocked.Exchange(ref once, null) is { } connection ? new(connection)
                : throw new IOException("the client's connection has ended"),
            // A session is silent while a step is at work.
            PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,
            PooledConnectionLifetime = Timeout.InfiniteTimeSpan,
            EnableMultipleHttp2Connections = false, UseProxy = false, UseCookies = false, AllowAutoRedirect = false,
            ActivityHeadersPropagator = null, InitialHttp2StreamWindowSize = Window,
            // Names of files are bytes.
            RequestHeaderEncodingSelector = static (_, _) => Encoding.Latin1,
        };
        return GrpcChannel.ForAddress("http://localhost", new GrpcChannelOptions
        {
            HttpHandler = handler, DisposeHttpClient = true, MaxReceiveMessageSize = MaxMessage, MaxSendMessageSize = MaxMessage,
        });
    }
}
