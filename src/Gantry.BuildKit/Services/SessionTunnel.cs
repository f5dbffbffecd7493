using Gantry.BuildKit.Protocol.ControlApi;
using Gantry.BuildKit.Sessions;
using Google.Protobuf;
using Grpc.Core;

namespace Gantry.BuildKit.Services;

/// <summary>A session's connection in the messages of one call: of clients that have no other way to offer one.</summary>
internal sealed class SessionTunnel(IAsyncStreamReader<BytesMessage> input, IServerStreamWriter<BytesMessage> output) : MessageStream
{
    /// <summary>Bytes of a message.</summary>
    private const int Piece = 32 << 10;

    private const string Expose = "x-docker-expose-session-";

    private readonly SemaphoreSlim _writing = new(1);

    public static SessionHead HeadOf(Metadata headers)
    {
        SessionHead head = new(headers.GetValue(Expose + "uuid") ?? "", headers.GetValue(Expose + "sharedkey") ?? "",
            [.. headers.Where(header => header.Key == Expose + "grpc-method").Select(header => header.Value)]);
        head.Check();
        return head;
    }

    protected override async ValueTask<ReadOnlyMemory<byte>?> NextAsync(CancellationToken cancellation)
    {
        // Said at length: an array that is null would become an empty message.
        if (!await input.MoveNext(cancellation)) return null;
        return input.Current.Data.Memory;
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        await _writing.WaitAsync(cancellationToken);
        try
        {
            for (; !buffer.IsEmpty; buffer = buffer[Math.Min(buffer.Length, Piece)..])
                await output.WriteAsync(
                    new BytesMessage { Data = ByteString.CopyFrom(buffer.Span[..Math.Min(buffer.Length, Piece)]) }, cancellationToken);
        }
        finally
        {
            _writing.Release();
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) _writing.Dispose();
        base.Dispose(disposing);
    }
}
