using System.Buffers;
using System.Buffers.Binary;

namespace Gantry.Build.Transfer;

/// <summary>Writes the fields of a message in the encoding of Protocol Buffers; what is zero or empty is left out, as readers take it.
/// </summary>
internal sealed class WireWriter
{
    private readonly ArrayBufferWriter<byte> _buffer = new(256);

    public ReadOnlyMemory<byte> Written => _buffer.WrittenMemory;

    public void Clear() => _buffer.ResetWrittenCount();

    public void Number(int field, ulong value)
    {
        if (value == 0) return;
        Varint((uint)field << 3);
        Varint(value);
    }

    /// <summary>Eight bytes, for what is seldom small.</summary>
    public void Fixed(int field, ulong value)
    {
        if (value == 0) return;
        Varint(((uint)field << 3) | 1);
        BinaryPrimitives.WriteUInt64LittleEndian(_buffer.GetSpan(8), value);
        _buffer.Advance(8);
    }

    public void Content(int field, ReadOnlySpan<byte> value)
    {
        if (value.IsEmpty) return;
        Message(field, value);
    }

    /// <summary>Also an empty one: it is there.</summary>
    public void Message(int field, ReadOnlySpan<byte> value)
    {
        Varint(((uint)field << 3) | 2);
        Varint((ulong)value.Length);
        _buffer.Write(value);
    }

    private void Varint(ulong value)
    {
        Span<byte> bytes = _buffer.GetSpan(10);
        int length = 0;
        for (; value >= 0x80; value >>= 7) bytes[length++] = (byte)(value | 0x80);
        bytes[length++] = (byte)value;
        _buffer.Advance(length);
    }
}
