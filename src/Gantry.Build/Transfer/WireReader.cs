using System.Buffers.Binary;

namespace Gantry.Build.Transfer;

/// <summary>Reads the fields of a message in the encoding of Protocol Buffers (protobuf.dev, "Encoding").</summary>
/// <remarks>Nothing is read beyond the message, whatever its lengths say.</remarks>
internal ref struct WireReader(ReadOnlySpan<byte> message)
{
    private const int Varint = 0, Fixed64 = 1, Bytes = 2, Fixed32 = 5;

    private ReadOnlySpan<byte> _rest = message;
    private int _kind;

    /// <summary>Of the field that was read last.</summary>
    public int Field { get; private set; }

    /// <summary>Moves to the next field, whose value is to be read or skipped.</summary>
    /// <returns>False at the end of the message.</returns>
    /// <exception cref="InvalidDataException">It is no such message.</exception>
    public bool Next()
    {
        if (_rest.IsEmpty) return false;
        ulong tag = ReadVarint();
        if (tag >> 3 is 0 or > int.MaxValue) throw new InvalidDataException("a field has a number that none can have");
        (Field, _kind) = ((int)(tag >> 3), (int)(tag & 7));
        return true;
    }

    public ulong Number() => _kind switch
    {
        Varint => ReadVarint(),
        Fixed64 => BinaryPrimitives.ReadUInt64LittleEndian(Take(8)),
        Fixed32 => BinaryPrimitives.ReadUInt32LittleEndian(Take(4)),
        _ => throw new InvalidDataException($"field {Field} is no number"),
    };

    public ReadOnlySpan<byte> Content()
    {
        if (_kind != Bytes) throw new InvalidDataException($"field {Field} has no bytes");
        ulong length = ReadVarint();
        return length <= (ulong)_rest.Length ? Take((int)length) : throw new InvalidDataException($"field {Field} is cut off");
    }

    /// <summary>Passes over a field that is not known.</summary>
    public void Skip()
    {
        if (_kind == Bytes) Content();
        else Number();
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > _rest.Length) throw new InvalidDataException("the message is cut off");
        ReadOnlySpan<byte> taken = _rest[..count];
        _rest = _rest[count..];
        return taken;
    }

    private ulong ReadVarint()
    {
        ulong value = 0;
        for (int i = 0; i < 10 && i < _rest.Length; i++)
        {
            value |= (ulong)(_rest[i] & 0x7f) << (7 * i);
            if ((_rest[i] & 0x80) != 0) continue;
            _rest = _rest[(i + 1)..];
            return value;
        }
        throw new InvalidDataException("a number has no end");
    }
}
