namespace Gantry.Storage;

/// <summary>A blob on its way into the store, for those who write to streams. Not buffered; the writer is not closed with it.</summary>
public sealed class ContentWriterStream(ContentWriter writer) : Stream
{
    public override bool CanRead => false;
    public override bool CanSeek => false;
    public override bool CanWrite => true;
    public override long Length => writer.Length;
    public override long Position { get => writer.Length; set => throw new NotSupportedException(); }
    public override void Write(ReadOnlySpan<byte> buffer) => writer.Write(buffer);
    public override void Write(byte[] buffer, int offset, int count) => writer.Write(buffer.AsSpan(offset, count));
    public override void Flush() { }
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
}
