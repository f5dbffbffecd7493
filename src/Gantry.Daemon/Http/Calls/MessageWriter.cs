using System.Buffers;
using System.Buffers.Binary;
using Grpc.Core;

namespace Gantry.Daemon.Http.Calls;

/// <summary>The messages that a client is answered in one call. One at a time.</summary>
internal sealed class MessageWriter<T>(CallContext context, Marshaller<T> marshaller) : IServerStreamWriter<T> where T : class
{
    private sealed class Message : SerializationContext
    {
        private readonly ArrayBufferWriter<byte> _bytes = new();

        public ReadOnlyMemory<byte> Written => _bytes.WrittenMemory;

        public override void Complete(byte[] payload) => _bytes.Write(payload);

        public override IBufferWriter<byte> GetBufferWriter() => _bytes;

        public override void SetPayloadLength(int payloadLength) { }

        public override void Complete() { }
    }

    public WriteOptions? WriteOptions { get; set; }

    public Task WriteAsync(T message) => WriteAsync(message, context.CancellationToken);

    public async Task WriteAsync(T message, CancellationToken cancellationToken)
    {
        Message serialized = new();
        marshaller.ContextualSerializer(message, serialized);
        await context.StartAsync();
        byte[] head = new byte[MessageFrame.Head];
        BinaryPrimitives.WriteUInt32BigEndian(head.AsSpan(1), (uint)serialized.Written.Length);
        IBufferWriter<byte> body = context.Http.Response.BodyWriter;
        body.Write(head);
        body.Write(serialized.Written.Span);
        await context.Http.Response.BodyWriter.FlushAsync(cancellationToken);
        // A call that was aborted swallows what is written.
        cancellationToken.ThrowIfCancellationRequested();
    }
}
