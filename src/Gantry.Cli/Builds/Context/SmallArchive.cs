using System.Buffers;

namespace Gantry.Cli.Builds.Context;

/// <summary>An archive in memory, of which it turns out whether it is a small one.</summary>
internal sealed class SmallArchive : WriteOnlyStream, IBufferWriter<byte>
{
    /// <summary>So many bytes are sent sooner than it is asked which of them are wanted.</summary>
    public const int MaxSize = 128 << 10;

    private readonly ArrayBufferWriter<byte> _content = new(16 << 10);

    /// <summary>It has more than is small.</summary>
    public sealed class TooLargeException : Exception;

    public byte[] Content => _content.WrittenSpan.ToArray();

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        buffer.CopyTo(GetSpan(buffer.Length));
        Advance(buffer.Length);
    }

    /// <exception cref="TooLargeException"/>
    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    /// <inheritdoc cref="GetSpan"/>
    public Memory<byte> GetMemory(int sizeHint = 0) =>
        _content.WrittenCount + sizeHint <= MaxSize ? _content.GetMemory(sizeHint) : throw new TooLargeException();

    public void Advance(int count) => _content.Advance(count);
}
