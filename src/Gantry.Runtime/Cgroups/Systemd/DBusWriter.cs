using System.Buffers.Binary;
using System.Text;

namespace Gantry.Runtime.Cgroups.Systemd;

/// <summary>Values as bytes, the lowest first: D-Bus specification, "Marshaling (Wire Format)".
/// Alignment counts from where this writer starts.</summary>
internal sealed class DBusWriter
{
    private byte[] _buffer = new byte[1024];

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Written => _buffer.AsSpan(0, Length);

    public DBusWriter Add(DBusValue value)
    {
        switch (value.Type[0])
        {
            case 'y': Reserve(1)[0] = (byte)value.Content; break;
            case 'b': Number((bool)value.Content ? 1u : 0); break;
            case 'n': BinaryPrimitives.WriteInt16LittleEndian(Aligned(2), (short)value.Content); break;
            case 'q': BinaryPrimitives.WriteUInt16LittleEndian(Aligned(2), (ushort)value.Content); break;
            case 'i': BinaryPrimitives.WriteInt32LittleEndian(Aligned(4), (int)value.Content); break;
            case 'u': Number((uint)value.Content); break;
            case 'x': BinaryPrimitives.WriteInt64LittleEndian(Aligned(8), (long)value.Content); break;
            case 't': BinaryPrimitives.WriteUInt64LittleEndian(Aligned(8), (ulong)value.Content); break;
            case 'd': BinaryPrimitives.WriteDoubleLittleEndian(Aligned(8), (double)value.Content); break;
            case 's' or 'o': Text((string)value.Content); break;
            case 'g': Signature((string)value.Content); break;
            case 'v': Signature(value.Parts[0].Type); Add(value.Parts[0]); break;
            case 'a': AddArray(value); break;
            case '(': Pad(8); foreach (DBusValue member in value.Parts) Add(member); break;
            default: throw new InvalidOperationException($"no D-Bus type: {value.Type}");
        }
        return this;
    }

    public void Pad(int alignment) => Reserve(-Length & (alignment - 1)).Clear();

    public DBusWriter Append(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Reserve(bytes.Length));
        return this;
    }

    // The length counts neither itself nor the padding before the first element.
    private void AddArray(DBusValue array)
    {
        Number(0);
        int length = Length;
        Pad(Alignment(array.Type[1]));
        int start = Length;
        foreach (DBusValue element in array.Parts) Add(element);
        BinaryPrimitives.WriteInt32LittleEndian(_buffer.AsSpan(length - 4), Length - start);
    }

    public static int Alignment(char type) => type switch
    {
        'y' or 'g' or 'v' => 1,
        'n' or 'q' => 2,
        'x' or 't' or 'd' or '(' or '{' => 8,
        _ => 4,
    };

    private void Number(uint number) => BinaryPrimitives.WriteUInt32LittleEndian(Aligned(4), number);

    private void Text(string text)
    {
        int count = Encoding.UTF8.GetByteCount(text);
        Number((uint)count);
        Encoding.UTF8.GetBytes(text, Reserve(count));
        Reserve(1)[0] = 0;
    }

    private void Signature(string text)
    {
        Reserve(1)[0] = (byte)text.Length;
        Encoding.ASCII.GetBytes(text, Reserve(text.Length));
        Reserve(1)[0] = 0;
    }

    private Span<byte> Aligned(int size)
    {
        Pad(size);
        return Reserve(size);
    }

    private Span<byte> Reserve(int count)
    {
        if (Length + count > _buffer.Length) System.Array.Resize(ref _buffer, Math.Max(_buffer.Length * 2, Length + count));
        Length += count;
        return _buffer.AsSpan(Length - count, count);
    }
}
