namespace Gantry.Cli.Builds.Context;

/// <summary>Counts what passes, and keeps the last bytes back until it is told that they are the last.</summary>
/// <param name="passed">Hears of the count now and then.</param>
internal sealed class HeldBackStream(Stream inner, Action<long> passed) : WriteOnlyStream
{
    /// <summary>As often as Docker tells.</summary>
    private const long Step = 512 << 10;

    private readonly byte[] _held = new byte[64 << 10];
    private int _length;
    private long _told;

    public long Count { get; private set; }

    public override void Write(ReadOnlySpan<byte> bytes)
    {
        Count += bytes.Length;
        while (!bytes.IsEmpty)
        {
            if (_length == _held.Length) Release();
            int piece = Math.Min(bytes.Length, _held.Length - _length);
            bytes[..piece].CopyTo(_held.AsSpan(_length));
            _length += piece;
            bytes = bytes[piece..];
        }
        if (Count - _told < Step) return;
        _told = Count;
        passed(Count);
    }

    public void Finish() => Release();

    private void Release()
    {
        inner.Write(_held, 0, _length);
        _length = 0;
    }
}
