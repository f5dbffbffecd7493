using Gantry.BuildKit.Protocol.ControlApi;
using Gantry.BuildKit.Protocol.GatewayApi;
using Grpc.Core;
using Grpc.Net.Client;

namespace Gantry.EndToEnd.Builds.Calls;

/// <summary>A client that calls the builder in a daemon, over one connection.</summary>
internal sealed class KitClient : IDisposable
{
    private readonly Stream _stream;
    private readonly GrpcChannel _channel;

    private KitClient(Stream stream)
    {
        _stream = stream;
        Stream? once = stream;
        _channel = GrpcChannel.ForAddress("http://localhost", new GrpcChannelOptions
        {
            HttpHandler = new SocketsHttpHandler
            {
                ConnectCallback = (_, _) => Interlocked.Exchange(ref once, null) is { } connection ? new(connection)
                    : throw new IOException("the connection was closed"),
                UseProxy = false,
            },
            DisposeHttpClient = true,
        });
        Control = new Control.ControlClient(_channel);
        Bridge = new LLBBridge.LLBBridgeClient(_channel);
    }

    public static async Task<KitClient> OpenAsync(string socket) => new(await KitSocket.UpgradeAsync(socket, "/grpc"));

    public Control.ControlClient Control { get; }

    public LLBBridge.LLBBridgeClient Bridge { get; }

    /// <summary>Names a build in the calls of its front end.</summary>
    public static Metadata Of(string build) => new() { { "buildkit-controlapi-buildid", build } };

    /// <summary>Calls what is in no list.</summary>
    public async Task<StatusCode> CallAsync(string service, string method)
    {
        Marshaller<byte[]> bytes = new(static message => message, static message => message);
        try
        {
            await _channel.CreateCallInvoker().AsyncUnaryCall(new Method<byte[], byte[]>(MethodType.Unary, service, method, bytes, bytes),
                null, default, []);
            return StatusCode.OK;
        }
        catch (RpcException e)
        {
            return e.StatusCode;
        }
    }

    /// <summary>Without a word to the daemon.</summary>
    public void Cut() => _stream.Dispose();

    public void Dispose()
    {
        _channel.Dispose();
        _stream.Dispose();
    }
}
