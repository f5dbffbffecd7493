using System.Buffers.Binary;
using Gantry.Linux;
using Gantry.Linux.Files;
using Gantry.Linux.Sockets;
using Gantry.Oci.Runtime;
using Gantry.Oci.Runtime.Reading;

namespace Gantry.Runtime.Init;

/// <summary>The conversation between a parent and its init: a socket pair that carries length-prefixed JSON, one message a frame.</summary>
internal sealed class InitChannel(SafeFileDescriptor socket, TimeProvider? time = null) : IDisposable
{
    // A spec is as large as its environment and arguments, which the kernel limits to some megabytes.
    private const int MaxFrame = 16 << 20;

    private const int Slice = 1000;

    private readonly TimeProvider _time = time ?? TimeProvider.System;

    /// <summary>Called about every second in which the other side says nothing, with how long it has been;
    /// ends the wait by an exception. Null waits for ever.</summary>
    public Action<TimeSpan>? Silent { get; set; }

    /// <param name="descriptors">The other side gets copies of them.</param>
    public void Send(ReadOnlySpan<byte> content, params ReadOnlySpan<int> descriptors)
    {
        // More than fit go ahead, with frames that hold nothing.
        for (; descriptors.Length > UnixSocket.MostDescriptors; descriptors = descriptors[UnixSocket.MostDescriptors..])
            SendFrame([], descriptors[..UnixSocket.MostDescriptors]);
        SendFrame(content, descriptors);
    }

    public void Send(InitMessage message, params ReadOnlySpan<int> descriptors) => Send(InitWriter.Write(message), descriptors);

    private void SendFrame(ReadOnlySpan<byte> content, ReadOnlySpan<int> descriptors)
    {
        byte[] frame = new byte[4 + content.Length];
        BinaryPrimitives.WriteInt32LittleEndian(frame, content.Length);
        content.CopyTo(frame.AsSpan(4));
        UnixSocket.Send(socket, frame, descriptors);
    }

    /// <returns>Null when the other side is gone: for the parent, that init became the user's command.</returns>
    public (InitMessage? Message, SafeFileDescriptor? Descriptor) Receive()
    {
        List<SafeFileDescriptor> descriptors = [];
        byte[]? content = Receive(descriptors);
        return (content is null ? null : InitReader.Message(content), descriptors.Count > 0 ? descriptors[0] : null);
    }

    /// <summary>The first two messages that init gets.</summary>
    public (InitRequest Request, OciSpec Spec) ReceiveRequest()
    {
        List<SafeFileDescriptor> descriptors = [];
        byte[] request = Receive(descriptors) ?? throw GantryException.Internal("the runtime went away");
        byte[] spec = Receive(descriptors) ?? throw GantryException.Internal("the runtime went away");
        int[] numbers = new int[descriptors.Count];
        for (int i = 0; i < numbers.Length; i++)
        {
            numbers[i] = descriptors[i].Number;
            // Whoever the request names it for takes it.
            descriptors[i].SetHandleAsInvalid();
        }
        return (InitReader.Request(request, numbers), SpecReader.Read(spec, SpecParts.None));
    }

    private byte[]? Receive(List<SafeFileDescriptor> descriptors)
    {
        byte[] prefix = new byte[4];
        while (true)
        {
            AwaitWord();
            int count = UnixSocket.Receive(socket, prefix, descriptors);
            if (count == 0) return null;
            Fill(prefix.AsSpan(count));
            int length = BinaryPrimitives.ReadInt32LittleEndian(prefix);
            if (length == 0) continue;
            if (length is < 0 or > MaxFrame) throw GantryException.Internal($"init sent a frame of {length} bytes");
            byte[] content = new byte[length];
            Fill(content);
            return content;
        }
    }

    private void AwaitWord()
    {
        long start = _time.GetTimestamp();
        while (Silent is { } silent && !Descriptor.WaitReadable(socket.Number, Slice)) silent(_time.GetElapsedTime(start));
    }

    private void Fill(Span<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            AwaitWord();
            int count = Descriptor.Read(socket.Number, buffer);
            if (count <= 0) throw GantryException.Internal("the connection between runtime and init broke inside a message");
            buffer = buffer[count..];
        }
    }

    public void Dispose() => socket.Dispose();
}
