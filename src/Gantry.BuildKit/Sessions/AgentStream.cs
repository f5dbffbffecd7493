using Gantry.BuildKit.Protocol.SshApi;
using Google.Protobuf;
using Grpc.Core;

namespace Gantry.BuildKit.Sessions;

/// <summary>A connection to an ssh agent, in the messages of one call.</summary>
internal sealed class AgentStream(AsyncDuplexStreamingCall<BytesMessage, BytesMessage> call) : DuplexStream
{
    /// <summary>Bytes of a message.</summary>
    private const int Piece = 32 << 10;

    private ReadOnlyMemory<byte> _rest;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            while (_rest.IsEmpty)
            {
                if (!await call.ResponseStream.MoveNext(cancellationToken)) return 0;
                _rest = call.ResponseStream.Current.Data.Memory;
            }
        }
        catch (RpcException e)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw new IOException($"the client's ssh agent: {e.Status.Detail}", e);
        }
        int count = Math.Min(buffer.Length, _rest.Length);
        _rest[..count].CopyTo(buffer);
        _rest = _rest[count..];
        return count;
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
