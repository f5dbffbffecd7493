namespace Gantry.Runtime.Supervision.Connections;

/// <summary>Bytes that a descriptor would not take yet. Its memory exists only while it holds some.</summary>
internal sealed class ByteQueue
{
    private byte[] _bytes = [];
    private int _start;

    public int Count { get; private set; }

    public ReadOnlySpan<byte> Bytes => _bytes.AsSpan(_start, Count);

    public void Add(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty) return;
        if (_start + Count + bytes.Length > _bytes.Length) MakeRoom(Count + bytes.Length);
        bytes.CopyTo(_bytes.AsSpan(_start + Count));
        Count += bytes.Length;
    }

    public void Take(int count)
    {
        _start += count;
        Count -= count;
        if (Count == 0) Clear();
    }

    public void Clear()
    {
        (_start, Count) = (0, 0);
        _bytes = [];
    }

    private void MakeRoom(int needed)
    {
        byte[] target = needed <= _bytes.Length ? _bytes : new byte[Math.Max(needed, Math.Min(_bytes.Length * 2, 1 << 20))];
        Buffer.BlockCopy(_bytes, _start, target, 0, Count);
        (_bytes, _start) = (target, 0);
    }
}
