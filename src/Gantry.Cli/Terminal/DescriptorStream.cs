using System.Runtime.InteropServices;

namespace Gantry.Cli.Terminal;

/// <summary>A bare descriptor as a stream: read(2) and write(2) at the place that the descriptor stands at.</summary>
/// <remarks>
/// FileStream keeps a place of its own for a descriptor that can seek, and writes there: of two programs whose output
/// a shell redirects into one file, the second would overwrite what the first has written.
/// </remarks>
internal sealed partial class DescriptorStream(int descriptor, bool reads) : Stream
{
    private const int EINTR = 4;

    public override bool CanRead => reads;
    public override bool CanWrite => !reads;
    public override bool CanSeek => false;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override int Read(Span<byte> buffer)
    {
        if (buffer.IsEmpty) return 0;
        while (true)
        {
            nint count = read(descriptor, ref MemoryMarshal.GetReference(buffer), buffer.Length);
            if (count >= 0) return (int)count;
            ThrowUnlessInterrupted("read from");
        }
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            nint count = write(descriptor, ref MemoryMarshal.GetReference(buffer), buffer.Length);
            if (count < 0) ThrowUnlessInterrupted("write to");
            else buffer = buffer[(int)count..];
        }
    }

    private void ThrowUnlessInterrupted(string action)
    {
        int errno = Marshal.GetLastPInvokeError();
        if (errno != EINTR) throw new IOException($"cannot {action} descriptor {descriptor}: {Marshal.GetPInvokeErrorMessage(errno)}", errno);
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush() { }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    /// <summary>https://man7.org/linux/man-pages/man2/read.2.html</summary>
    [LibraryImport("libc", SetLastError = true)]
    private static partial nint read(int fd, ref byte buffer, nint count);

    /// <summary>https://man7.org/linux/man-pages/man2/write.2.html</summary>
    [LibraryImport("libc", SetLastError = true)]
    private static partial nint write(int fd, ref byte buffer, nint count);
}
