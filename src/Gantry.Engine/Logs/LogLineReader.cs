using Microsoft.Win32.SafeHandles;

namespace Gantry.Engine.Logs;

/// <summary>Reads one log file forwards, line by line; more may be appended at any time.</summary>
internal sealed class LogLineReader(SafeFileHandle file, long position) : IDisposable
{
    /// <summary>The longest record is far shorter: 16 KiB of output, six bytes for each at worst. What is longer is damage.</summary>
    public const int MaxLine = 1 << 20;

    private byte[] _buffer = new byte[64 * 1024];
    private int _start, _end;
    private long _readAt = position;

    public SafeFileHandle File { get; } = file;

    /// <summary>Where the next unread line starts.</summary>
    public long Position => _readAt - (_end - _start);

    /// <returns>Null when no whole line is there (yet).</returns>
    public ReadOnlyMemory<byte>? Next()
    {
        int searched = 0;
        while (true)
        {
            int newline = _buffer.AsSpan(_start + searched, _end - _start - searched).IndexOf((byte)'\n');
            if (newline >= 0)
            {
                ReadOnlyMemory<byte> line = _buffer.AsMemory(_start, searched + newline);
                _start += searched + newline + 1;
                return line;
            }
            searched = _end - _start;
            if (searched > MaxLine)
            {
                // Handed out as a line, it will be found damaged.
                (_start, searched) = (_end, 0);
                return _buffer.AsMemory(0, MaxLine);
            }
            if (!Fill()) return null;
        }
    }

    private bool Fill()
    {
        if (_start > 0)
        {
            Buffer.BlockCopy(_buffer, _start, _buffer, 0, _end - _start);
            (_start, _end) = (0, _end - _start);
        }
        if (_end == _buffer.Length) Array.Resize(ref _buffer, _buffer.Length * 2);
        int count = RandomAccess.Read(File, _buffer.AsSpan(_end), _readAt);
        _end += count;
        _readAt += count;
        return count > 0;
    }

    /// <summary>Whether the file has become shorter than what was read of it: it was emptied and begun again.</summary>
    public bool WasTruncated() => RandomAccess.GetLength(File) < _readAt;

    public void Restart() => (_start, _end, _readAt) = (0, 0, 0);

    /// <summary>Bytes of a line without its end.</summary>
    public int Rest => _end - _start;

    public void Dispose() => File.Dispose();
}
