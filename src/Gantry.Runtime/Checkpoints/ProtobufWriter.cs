using System.Buffers;
using System.Text;

namespace Gantry.Runtime.Checkpoints;

/// <summary>Fields of a message in the form of Protocol Buffers: numbers and what has a length.</summary>
internal sealed class ProtobufWriter
{
    private const int Varint = 0, Lengthy = 2;

    private readonly ArrayBufferWriter<byte> _bytes = new();

    public ReadOnlySpan<byte> Written => _bytes.WrittenSpan;

    /// <summary>Of the kinds int32, uint32, bool and enum; none is negative.</summary>
    public void Number(int field, ulong value)
    {
        Raw((ulong)field << 3 | Varint);
        Raw(value);
    }

    public void Text(int field, string value) => Bytes(field, Encoding.UTF8.GetBytes(value));

    public void Bytes(int field, ReadOnlySpan<byte> value)
    {
        Raw((ulong)field << 3 | Lengthy);
        Raw((ulong)value.Length);
        Append(value);
    }

    /// <summary>Fields that are written already.</summary>
    public void Append(ReadOnlySpan<byte> fields) => _bytes.Write(fields);

    private void Raw(ulong value)
    {
        for (; value >= 0x80; value >>= 7) _bytes.Write([(byte)(value | 0x80)]);
        _bytes.Write([(byte)value]);
    }
}
