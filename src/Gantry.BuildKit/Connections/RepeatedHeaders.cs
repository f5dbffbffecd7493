using System.Buffers;

namespace Gantry.BuildKit.Connections;

/// <summary>Makes several fields of one whose value has <see cref="HeaderBlock.Separator"/>, on the way to the other side.</summary>
/// <remarks>The framework's client joins the values of a field with commas. That is right for HTTP, but the server of gRPC that is on the
/// other side takes each field as one value, and patterns of files may have commas. Frames as RFC 9113 has them.</remarks>
internal sealed class RepeatedHeaders(Stream inner) : DuplexStream
{
    private const int FrameHead = 9, PrefaceLength = 24, MaxFrame = 16 << 10;
    private const byte Headers = 1, Continuation = 9, EndHeaders = 4, Padded = 8, Priority = 0x20;

    private readonly ArrayBufferWriter<byte> _pending = new(), _output = new(), _block = new();
    private int _preface = PrefaceLength;
    private byte[] _head = [];

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        inner.ReadAsync(buffer, cancellationToken);

    /// <remarks>What is not a whole frame waits for the rest.</remarks>
    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        _pending.Write(buffer.Span);
        ReadOnlyMemory<byte> rest = Take(_pending.WrittenMemory);
        byte[] kept = rest.ToArray();
        _pending.ResetWrittenCount();
        _pending.Write(kept);
        if (_output.WrittenCount == 0) return;
        await inner.WriteAsync(_output.WrittenMemory, cancellationToken);
        _output.ResetWrittenCount();
    }

    private ReadOnlyMemory<byte> Take(ReadOnlyMemory<byte> bytes)
    {
        int preface = Math.Min(_preface, bytes.Length);
        _output.Write(bytes.Span[..preface]);
        _preface -= preface;
        bytes = bytes[preface..];
        while (bytes.Length >= FrameHead)
        {
            ReadOnlySpan<byte> span = bytes.Span;
            int length = (span[0] << 16) | (span[1] << 8) | span[2];
            if (bytes.Length < FrameHead + length) break;
            Add(span[..(FrameHead + length)]);
            bytes = bytes[(FrameHead + length)..];
        }
        return bytes;
    }

    private void Add(ReadOnlySpan<byte> frame)
    {
        (byte kind, byte flags) = (frame[3], frame[4]);
        // The framework's client pads nothing and gives no priorities.
        if (kind is not (Headers or Continuation) || (kind == Headers && (flags & (Padded | Priority)) != 0))
        {
            _output.Write(frame);
            return;
        }
        if (kind == Headers)
        {
            _head = frame[..FrameHead].ToArray();
            _block.ResetWrittenCount();
        }
        _block.Write(frame[FrameHead..]);
        if ((flags & EndHeaders) != 0) Send();
    }

    private void Send()
    {
        ArrayBufferWriter<byte> divided = new(Math.Max(_block.WrittenCount, 1));
        ReadOnlySpan<byte> rest = HeaderBlock.Divide(_block.WrittenSpan, divided) ? divided.WrittenSpan : _block.WrittenSpan;
        for (bool isFirst = true; isFirst || !rest.IsEmpty; isFirst = false)
        {
            int length = Math.Min(rest.Length, MaxFrame);
            Span<byte> head = _output.GetSpan(FrameHead);
            _head.CopyTo(head);
            (head[0], head[1], head[2]) = ((byte)(length >> 16), (byte)(length >> 8), (byte)length);
            if (!isFirst) (head[3], head[4]) = (Continuation, 0);
            head[4] = (byte)(length == rest.Length ? head[4] | EndHeaders : head[4] & ~EndHeaders);
            _output.Advance(FrameHead);
            _output.Write(rest[..length]);
            rest = rest[length..];
        }
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

    protected override void Dispose(bool disposing)
    {
        if (disposing) inner.Dispose();
        base.Dispose(disposing);
    }
}
