using System.Buffers.Binary;
using System.Text;

namespace Gantry.Linux.Netlink;

/// <summary>Walks the attributes of an answer; stops at the first that does not fit.</summary>
internal ref struct NetlinkAttributes(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> _rest = bytes;

    public ushort Type { get; private set; }
    public ReadOnlySpan<byte> Value { get; private set; }

    public readonly uint UInt32 => Value.Length >= 4 ? BinaryPrimitives.ReadUInt32LittleEndian(Value) : 0;
    public readonly string Text => Encoding.UTF8.GetString(Value.TrimEnd((byte)0));

    public bool Next()
    {
        if (_rest.Length < 4) return false;
        int size = BinaryPrimitives.ReadUInt16LittleEndian(_rest);
        if (size < 4 || size > _rest.Length) return false;
        // The two top bits say "nested" and "network byte order".
        Type = (ushort)(BinaryPrimitives.ReadUInt16LittleEndian(_rest[2..]) & 0x3fff);
        Value = _rest[4..size];
        _rest = _rest[Math.Min((size + 3) & ~3, _rest.Length)..];
        return true;
    }
}
