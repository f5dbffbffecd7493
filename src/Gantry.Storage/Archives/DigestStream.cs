using System.Collections.Concurrent;
using System.Security.Cryptography;
using Gantry.Oci.Image;

namespace Gantry.Storage.Archives;

/// <summary>Makes the digest of what is written to it, on a thread of its own: whoever writes does other things with the bytes
/// meanwhile.</summary>
internal sealed class DigestStream : WriteOnlyStream
{
    private const int PieceSize = 256 << 10, Pieces = 4;

    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly BlockingCollection<(byte[] Buffer, int Length)> _full = new(Pieces);
    private readonly BlockingCollection<byte[]> _empty = new(Pieces);
    private readonly Thread _thread;
    private byte[] _current = new byte[PieceSize];
    private int _filled;

    public DigestStream()
    {
        for (int i = 1; i < Pieces; i++) _empty.Add(new byte[PieceSize]);
        _thread = new Thread(Run) { IsBackground = true, Name = "archive digest" };
        _thread.Start();
    }

    /// <summary>Bytes so far.</summary>
    public long Written { get; private set; }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        Written += buffer.Length;
        while (!buffer.IsEmpty)
        {
            int count = Math.Min(buffer.Length, PieceSize - _filled);
            buffer[..count].CopyTo(_current.AsSpan(_filled));
            buffer = buffer[count..];
            if ((_filled += count) == PieceSize) Pass();
        }
    }

    /// <summary>Nothing is written any more.</summary>
    public string Finish()
    {
        if (_filled > 0) _full.Add((_current, _filled));
        _filled = 0;
        _full.CompleteAdding();
        _thread.Join();
        return Digest.FromHash(_hash.GetHashAndReset());
    }

    private void Pass()
    {
        _full.Add((_current, _filled));
        _current = _empty.Take();
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
