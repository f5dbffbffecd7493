using System.Buffers.Binary;
using System.Text;

namespace Gantry.Runtime.Cgroups.Systemd;

/// <summary>Reads what <see cref="DBusWriter"/> writes, out of bytes that nobody vouches for.</summary>
internal ref struct DBusReader(ReadOnlySpan<byte> data)
{
    private readonly ReadOnlySpan<byte> _data = data;
    private int _position;

    public readonly bool AtEnd => _position >= _data.Length;

    public byte Byte() => Take(1)[0];

    public uint Number()
    {
        Align(4);
        return BinaryPrimitives.ReadUInt32LittleEndian(Take(4));
    }

    public string Text()
    {
        uint length = Number();
        if (length >= _data.Length) throw Broken("a string is longer than its message");
        string text = Encoding.UTF8.GetString(Take((int)length));
        Take(1);
        return text;
    }

    public string Signature()
    {
        string text = Encoding.ASCII.GetString(Take(Byte()));
        Take(1);
        return text;
    }

    public void Align(int size) => Take(-_position & (size - 1));

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > _data.Length - _position) throw Broken("a message is too short");
        _position += count;
        return _data.Slice(_position - count, count);
    }

    public static GantryException Broken(string what) => GantryException.Unavailable($"the answer of systemd is no D-Bus: {what}");
}
