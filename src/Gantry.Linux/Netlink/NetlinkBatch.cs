using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace Gantry.Linux.Netlink;

/// <summary>Several netlink requests built into one buffer, sent by one system call.</summary>
/// <remarks>
/// Only the last request asks for an acknowledgement: the kernel answers failures always, in order, so the last answer ends the batch.
/// The kernel does not undo earlier requests when a later one fails.
/// </remarks>
public sealed class NetlinkBatch
{
    internal const ushort Request = 1, Ack = 4, Replace = 0x100, Exclusive = 0x200, Create = 0x400, Append = 0x800, Dump = 0x300;
    private const int HeaderLength = 16;
    private const ushort Nested = 0x8000;

    private readonly List<string> _steps = [];
    private byte[] _buffer = new byte[1024];
    private int _length, _start = -1;

    /// <summary>What the request with this sequence number (counted from 1) wants, for error texts.</summary>
    internal string Step(uint sequence) => sequence >= 1 && sequence <= _steps.Count ? _steps[(int)sequence - 1] : "netlink";

    internal uint LastSequence => (uint)_steps.Count;
    internal ReadOnlySpan<byte> Bytes => _buffer.AsSpan(0, _length);
    public bool IsEmpty => _steps.Count == 0;

    internal void Begin(ushort type, ushort flags, string step)
    {
        if (_start >= 0) End();
        _steps.Add(step);
        _start = _length;
        Span<byte> header = Reserve(HeaderLength);
        BinaryPrimitives.WriteUInt16LittleEndian(header[4..], type);
        BinaryPrimitives.WriteUInt16LittleEndian(header[6..], (ushort)(flags | Request));
        BinaryPrimitives.WriteUInt32LittleEndian(header[8..], LastSequence);
    }

    /// <summary>Closes the last request; with <paramref name="acknowledged"/> the kernel answers it also when all is well.</summary>
    internal void Finish(bool acknowledged = true)
    {
        if (acknowledged && _start >= 0) _buffer[_start + 6] |= (byte)Ack;
        End();
    }

    /// <summary>Gives the finished requests the numbers that follow <paramref name="before"/>.</summary>
    internal void Number(uint before)
    {
        for (int at = 0; at < _length; at += (BinaryPrimitives.ReadInt32LittleEndian(_buffer.AsSpan(at)) + 3) & ~3)
        {
            before = unchecked(before + 1);
            BinaryPrimitives.WriteUInt32LittleEndian(_buffer.AsSpan(at + 8), before);
        }
    }

    internal void Acknowledge() => _buffer[_start + 6] |= (byte)Ack;

    private void End()
    {
        if (_start < 0) return;
        BinaryPrimitives.WriteInt32LittleEndian(_buffer.AsSpan(_start), _length - _start);
        _start = -1;
    }

    internal void Header<T>(in T fixedPart) where T : unmanaged =>
        MemoryMarshal.Write(Reserve(System.Runtime.CompilerServices.Unsafe.SizeOf<T>()), fixedPart);

    internal void Attribute(ushort type, ReadOnlySpan<byte> value)
    {
        Span<byte> place = Reserve(4 + value.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(place, (ushort)(4 + value.Length));
        BinaryPrimitives.WriteUInt16LittleEndian(place[2..], type);
        value.CopyTo(place[4..]);
    }

    internal void Attribute(ushort type, uint value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        Attribute(type, bytes);
    }

    internal void AttributeBigEndian(ushort type, uint value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        Attribute(type, bytes);
    }

    internal void Attribute(ushort type, byte value) => Attribute(type, [value]);

    /// <summary>A C string, with its final zero.</summary>
    internal void Attribute(ushort type, string value) => Attribute(type, Encoding.UTF8.GetBytes(value + '\0'));

    /// <summary>Opens an attribute that holds attributes; give the result to <see cref="EndNested"/>.</summary>
    internal int BeginNested(ushort type, bool flagged = false)
    {
        int at = _length;
        BinaryPrimitives.WriteUInt16LittleEndian(Reserve(4)[2..], flagged ? (ushort)(type | Nested) : type);
        return at;
    }

    internal void EndNested(int at) => BinaryPrimitives.WriteUInt16LittleEndian(_buffer.AsSpan(at), (ushort)(_length - at));

    /// <summary>Zeroed, and padded to the four bytes that netlink aligns to.</summary>
    private Span<byte> Reserve(int count)
    {
        int padded = (count + 3) & ~3;
        if (_length + padded > _buffer.Length) Array.Resize(ref _buffer, Math.Max(_buffer.Length * 2, _length + padded));
        Span<byte> place = _buffer.AsSpan(_length, count);
        _length += padded;
        return place;
    }
}
