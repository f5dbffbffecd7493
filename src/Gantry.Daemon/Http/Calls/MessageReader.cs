using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using Grpc.Core;

namespace Gantry.Daemon.Http.Calls;

/// <summary>The messages that a client sends in one call.</summary>
internal sealed class MessageReader<T>(PipeReader body, Marshaller<T> marshaller) : IAsyncStreamReader<T> where T : class
{
    private sealed class Message(byte[] bytes) : DeserializationContext
    {
        public override int PayloadLength => bytes.Length;

        public override byte[] PayloadAsNewBuffer() => bytes;

        public override ReadOnlySequence<byte> PayloadAsReadOnlySequence() => new(bytes);
    }

    private T? _current;

    public T Current => _current ?? throw new InvalidOperationException("there is no message yet");

    /// <exception cref="RpcException">What comes is no message, too large, or compressed.</exception>
    public async Task<bool> MoveNext(CancellationToken cancellationToken)
    {
        while (true)
        {
            ReadResult read = await body.ReadAsync(cancellationToken);
            ReadOnlySequence<byte> buffer = read.Buffer;
            if (TryTake(ref buffer, out byte[]? message))
            {
                body.AdvanceTo(buffer.Start);
                _current = Deserialize(message!);
                return true;
            }
            body.AdvanceTo(buffer.Start, buffer.End);
            if (!read.IsCompleted) continue;
            if (!buffer.IsEmpty) throw new RpcException(new Status(StatusCode.Internal, "a message is cut off"));
            return false;
        }
    }

    /// <summary>The one message of a call that has one.</summary>
    public async Task<T> OneAsync(CancellationToken cancellation) => await MoveNext(cancellation) ? Current
        : throw new RpcException(new Status(StatusCode.Internal, "the call has no message"));

    private static bool TryTake(ref ReadOnlySequence<byte> buffer, out byte[]? message)
    {
        message = null;
        if (buffer.Length < MessageFrame.Head) return false;
        Span<byte> head = stackalloc byte[MessageFrame.Head];
        buffer.Slice(0, MessageFrame.Head).CopyTo(head);
        if (head[0] != 0) throw new RpcException(new Status(StatusCode.Unimplemented, "compressed messages are not supported"));
        uint length = BinaryPrimitives.ReadUInt32BigEndian(head[1..]);
        if (length > MessageFrame.Largest)
            throw new RpcException(new Status(StatusCode.ResourceExhausted,
                $"a message has {length} bytes: {MessageFrame.Largest} are taken"));
        if (buffer.Length < MessageFrame.Head + length) return false;
        message = buffer.Slice(MessageFrame.Head, length).ToArray();
        buffer = buffer.Slice(MessageFrame.Head + length);
        return true;
    }

    private T Deserialize(byte[] message)
    {
        try
        {
            return marshaller.ContextualDeserializer(new Message(message));
        }
        catch (Google.Protobuf.InvalidProtocolBufferException e)
        {
            throw new RpcException(new Status(StatusCode.InvalidArgument, $"a message makes no sense: {e.Message}"));
        }
    }
}
