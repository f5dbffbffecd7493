using System.Runtime.InteropServices;
using Gantry.Linux;
using Gantry.Linux.Files;

namespace Gantry.Cli.CommandLine;

/// <summary>read(2) and write(2) on a descriptor that was there when we started; never closed. Others may share it,
/// and its non-blocking mode.</summary>
internal sealed class DescriptorStream(int descriptor) : Stream
{
    private const int ForEver = -1;

    /// <exception cref="IOException">Its HResult is the errno.</exception>
    public override int Read(Span<byte> into)
    {
        int count;
        while ((count = RawIo.Read(descriptor, into)) == -Errno.EAGAIN) Descriptor.WaitReadable(descriptor, ForEver);
        return count >= 0 ? count : throw Failure(-count);
    }

    /// <inheritdoc cref="Read(Span{byte})"/>
    public override void Write(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            int count = RawIo.Write(descriptor, bytes);
            if (count >= 0) bytes = bytes[count..];
            else if (count == -Errno.EAGAIN) Descriptor.WaitWritable(descriptor, ForEver);
            else throw Failure(-count);
        }
    }

    private static IOException Failure(int errno) => new(Marshal.GetPInvokeErrorMessage(errno), errno);

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
