using System.Buffers;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using Gantry.Oci.Image;

namespace Gantry.Storage.Archives;

/// <summary>Makes the digest of what is written to it, on a thread of its own: whoever writes does other things with the bytes
/// meanwhile.</summary>
/// <remarks>Whoever reads into <see cref="GetSpan"/> saves a copy, which costs as much as the digest does, and may look at what it has
/// read until it asks for room again.</remarks>
internal sealed class DigestStream : WriteOnlyStream, IBufferWriter<byte>
{
    private const int PieceSize = 256 << 10, Pieces = 4;

    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly BlockingCollection<(byte[] Buffer, int Length)> _full = new(Pieces);
    private readonly BlockingCollection<byte[]> _empty = new(Pieces);
    private readonly Thread _thread;
    private byte[] _current = [];
    private int _filled;

    public DigestStream()
    {
        for (int i = 0; i < Pieces; i++) _empty.Add(new byte[PieceSize]);
        _thread = new Thread(Run) { IsBackground = true, Name = "archive digest" };
        _thread.Start();
    }

    /// <summary>Bytes so far.</summary>
    public long Written { get; private set; }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            Span<byte> room = GetSpan();
            int count = Math.Min(buffer.Length, room.Length);
            buffer[..count].CopyTo(room);
            buffer = buffer[count..];
            Advance(count);
        }
    }

    /// <param name="sizeHint">At most <see cref="PieceSize"/>.</param>
    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(sizeHint, PieceSize);
        if (_filled > 0 && _current.Length - _filled < Math.Max(sizeHint, 1)) Pass();
        if (_current.Length == 0) _current = _empty.Take();
        return _current.AsMemory(_filled);
    }

    /// <inheritdoc cref="GetMemory"/>
    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    public void Advance(int count)
    {
        Written += count;
        if ((_filled += count) == PieceSize) Pass();
    }

    /// <summary>Nothing is written any more.</summary>
    public string Finish()
    {
        if (_filled > 0) Pass();
        _full.CompleteAdding();
        _thread.Join();
        return Digest.FromHash(_hash.GetHashAndReset());
    }

    private void Pass()
    {
        _full.Add((_current, _filled));
        _current = [];
        _filled = 0;
    }

    private void Run()
    {
        foreach ((byte[] buffer, int length) in _full.GetConsumingEnumerable())
        {
            _hash.AppendData(buffer, 0, length);
            _empty.Add(buffer);
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _full.CompleteAdding();
            _thread.Join();
            _hash.Dispose();
            _full.Dispose();
            _empty.Dispose();
        }
        base.Dispose(disposing);
    }
}
