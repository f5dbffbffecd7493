using Gantry.Build.Transfer;
using Gantry.BuildKit.Connections;
using Grpc.Core;

namespace Gantry.BuildKit.Sessions;

/// <summary>The packets of one call.</summary>
/// <param name="what">Is transferred, for messages.</param>
internal sealed class PacketCall(AsyncDuplexStreamingCall<byte[], byte[]> call, string what) : IPacketStream
{
    public async ValueTask SendAsync(ReadOnlyMemory<byte> packet, CancellationToken cancellation)
    {
        try
        {
            await call.RequestStream.WriteAsync(packet.ToArray(), cancellation);
        }
        catch (RpcException e)
        {
            cancellation.ThrowIfCancellationRequested();
            throw CallFailure.Of(e, what);
        }
        catch (InvalidOperationException)
        {
            // The call has ended: what it has ended with is told to who receives.
            cancellation.ThrowIfCancellationRequested();
            throw new GantryException(ErrorKind.Unavailable, $"{what}: the client has ended the transfer");
        }
    }

    public async ValueTask<ReadOnlyMemory<byte>?> ReceiveAsync(CancellationToken cancellation)
    {
        try
        {
            // Said at length: an array that is null would become an empty packet.
            if (!await call.ResponseStream.MoveNext(cancellation)) return null;
            return call.ResponseStream.Current.AsMemory();
        }
        catch (RpcException e)
        {
            cancellation.ThrowIfCancellationRequested();
            throw CallFailure.Of(e, what);
        }
    }

    /// <summary>No more is sent; what comes is still to be received.</summary>
    public Task CompleteAsync() => call.RequestStream.CompleteAsync();

    public ValueTask DisposeAsync()
    {
        call.Dispose();
        return ValueTask.CompletedTask;
    }
}
