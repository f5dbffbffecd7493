using Gantry.BuildKit.Protocol.SshApi;
using Google.Protobuf;
using Grpc.Core;

namespace Gantry.BuildKit.Sessions;

/// <summary>A connection to an ssh agent, in the messages of one call.</summary>
internal sealed class AgentStream(AsyncDuplexStreamingCall<BytesMessage, BytesMessage> call) : MessageStream
{
    /// <summary>Bytes of a message.</summary>
    private const int Piece = 32 << 10;

    protected override async ValueTask<ReadOnlyMemory<byte>?> NextAsync(CancellationToken cancellation)
    {
        try
        {
            return await call.ResponseStream.MoveNext(cancellation) ? call.ResponseStream.Current.Data.Memory : null;
        }
        catch (RpcException e)
        {
            cancellation.ThrowIfCancellationRequested();
            throw new IOException($"the client's ssh agent: {e.Status.Detail}", e);
        }
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            for (; !buffer.IsEmpty; buffer = buffer[Math.Min(buffer.Length, Piece)..])
                await call.RequestStream.WriteAsync(
                    new BytesMessage { Data = ByteString.CopyFrom(buffer.Span[..Math.Min(buffer.Length, Piece)]) }, cancellationToken);
        }
        catch (Exception e) when (e is RpcException or InvalidOperationException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw new IOException("the client's ssh agent is gone", e);
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) call.Dispose();
        base.Dispose(disposing);
    }
}
