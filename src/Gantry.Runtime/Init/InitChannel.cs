using System.Buffers.Binary;
using Gantry.Linux;
using Gantry.Linux.Files;
using Gantry.Linux.Sockets;
using Gantry.Oci.Runtime;
using Gantry.Oci.Runtime.Reading;

namespace Gantry.Runtime.Init;

/// <summary>The conversation between a parent and its init: a socket pair that carries length-prefixed JSON, one message a frame.</summary>
internal sealed class InitChannel(SafeFileDescriptor socket) : IDisposable
{
    // A spec is as large as its environment and arguments, which the kernel limits to some megabytes.
    private const int MaxFrame = 16 << 20;

    internal void Send(ReadOnlySpan<byte> content, int descriptor = -1)
    {
        byte[] frame = new byte[4 + content.Length];
        BinaryPrimitives.WriteInt32LittleEndian(frame, content.Length);
        content.CopyTo(frame.AsSpan(4));
        if (descriptor >= 0) UnixSocket.Send(socket, frame, descriptor);
        else UnixSocket.Send(socket, frame);
    }

    internal void Send(InitMessage message, int descriptor = -1) => Send(InitWriter.Write(message), descriptor);

    /// <returns>Null when the other side is gone: for the parent, that init became the user's command.</returns>
    internal (InitMessage? Message, SafeFileDescriptor? Descriptor) Receive()
    {
        var (content, descriptor) = ReceiveFrame();
        return (content is null ? null : InitReader.Message(content), descriptor);
    }

    /// <summary>The first two frames that init gets.</summary>
    internal (InitRequest Request, OciSpec Spec) ReceiveRequest()
    {
        byte[] request = ReceiveFrame().Content ?? throw GantryException.Internal("the runtime went away");
        byte[] spec = ReceiveFrame().Content ?? throw GantryException.Internal("the runtime went away");
        return (InitReader.Request(request), SpecReader.Read(spec, SpecParts.None));
    }

    private (byte[]? Content, SafeFileDescriptor? Descriptor) ReceiveFrame()
    {
        byte[] prefix = new byte[4];
        var (count, descriptor) = UnixSocket.Receive(socket, prefix);
        if (count == 0) return (null, null);
        Fill(prefix.AsSpan(count));
        int length = BinaryPrimitives.ReadInt32LittleEndian(prefix);
        if (length is < 0 or > MaxFrame) throw GantryException.Internal($"init sent a frame of {length} bytes");
        byte[] content = new byte[length];
        Fill(content);
        return (content, descriptor);
    }

    private void Fill(Span<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            int count = Descriptor.Read(socket.Number, buffer);
            if (count <= 0) throw GantryException.Internal("the connection between runtime and init broke inside a message");
            buffer = buffer[count..];
        }
    }

    public void Dispose() => socket.Dispose();
}
