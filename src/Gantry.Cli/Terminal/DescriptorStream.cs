using System.Runtime.InteropServices;

namespace Gantry.Cli.Terminal;

/// <summary>read(2) and write(2) on a descriptor that was there when we started; never closed. Others may share it,
/// and its non-blocking mode.</summary>
internal sealed unsafe class DescriptorStream(int descriptor) : Stream
{
    private const int WaitForever = -1;

    /// <exception cref="IOException">Its HResult is the errno.</exception>
    public override int Read(Span<byte> into)
    {
        while (true)
        {
            nint count;
            fixed (byte* pointer = into) count = Native.read(descriptor, pointer, (nuint)into.Length);
            if (count >= 0) return (int)count;
            Recover(Native.POLLIN);
        }
    }

    /// <inheritdoc cref="Read(Span{byte})"/>
    public override void Write(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            nint count;
            fixed (byte* pointer = bytes) count = Native.write(descriptor, pointer, (nuint)bytes.Length);
            if (count >= 0) bytes = bytes[(int)count..];
            else Recover(Native.POLLOUT);
        }
    }

    /// <summary>Returns when the call should be made again.</summary>
    private void Recover(short events)
    {
        int errno = Marshal.GetLastPInvokeError();
        if (errno == Errno.EINTR) return;
        if (errno != Errno.EAGAIN) throw new IOException(Marshal.GetPInvokeErrorMessage(errno), errno);
        Native.PollDescriptor poll = new() { Descriptor = descriptor, Events = events };
        _ = Native.poll(ref poll, 1, WaitForever);
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));
    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));
    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => true;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }
    public override void Flush() { }
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
}
