using Gantry.Linux.Files;
using Gantry.Shim;
using Gantry.Shim.Logs;
using Microsoft.Win32.SafeHandles;

namespace Gantry.Engine.Logs;

/// <summary>Where one reader is in a log: the file it reads, and those that come after.</summary>
internal sealed class LogCursor : IDisposable
{
    private readonly string _path;
    private readonly LogQuery _query;
    private readonly string? _earlier;
    private readonly LogFormat _format;
    private readonly CancellationToken _cancellation;
    private LogFileSet _ahead;
    private LogLineReader? _reader;
    private FileIdentity _current;
    private LogFormat _written;

    /// <param name="earlier">As for <see cref="LogFileSet.Open"/>.</param>
    /// <param name="cancellation">The client's, which may leave while damage is passed over and nothing is found for it.</param>
    public LogCursor(string path, LogFormat format, string? earlier, LogQuery query, CancellationToken cancellation)
    {
        (_path, _format, _written, _earlier, _query, _cancellation) = (path, format, format, earlier, query, cancellation);
        _ahead = LogFileSet.Open(path, format, earlier);
        try
        {
            Begin();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    private void Begin()
    {
        // With none that holds the end, nothing was written until then, or rotation has taken all of it away.
        if (_query.End is { } end) _ahead.KeepFirst(_ahead.Files.FindLastIndex(file => file.Holds(end)) + 1);
        if (_query.Since is { } since)
        {
            while (_ahead.Files.Count > 1 && _ahead.Files[0].Modified < since.UtcDateTime) _ahead.TakeFirst().Handle.Dispose();
        }
        long position = _query.Tail >= 0 ? LogTail.Seek(_ahead, _query.Tail, CountsForTail(), _query.Notice, _cancellation) : 0;
        if (_ahead.Files.Count > 0) Advance(position);
    }

    /// <summary>The last of the files is the one with the end in it, and no later one is looked for.</summary>
    private bool AtEnd => _query.End is { } end && _ahead.Files.Count == 0 && !(_reader?.Position < end.Size);

    /// <summary>Counting needs no parsing while every record is wanted, or all before a time are out anyway.</summary>
    private Func<LogFormat, ReadOnlyMemory<byte>, bool>? CountsForTail() => _query is { Stdout: true, Stderr: true, Until: null }
        ? null
        : (format, line) => format.Parse(line.Span) is { } record && IsWanted(record) && !(record.Time > _query.Until);

    private bool IsWanted(LogRecord record) =>
        (record.Stream == ShimFrame.Stderr ? _query.Stderr : _query.Stdout) && !(record.Time < _query.Since);

    /// <returns>Null when there is none now.</returns>
    public LogRecord? Next()
    {
        while (NextLine() is { } line)
        {
            _cancellation.ThrowIfCancellationRequested();
            if (_written.Parse(line.Span) is not { } record) Damaged(line.Length);
            else if (IsWanted(record)) return record;
        }
        return null;
    }

    private ReadOnlyMemory<byte>? NextLine()
    {
        while (true)
        {
            if (AtEnd) return null;
            if (_reader?.Next() is { } line) return line;
            if (_ahead.Files.Count > 0)
            {
                if (_reader is { Rest: > 0 } torn) Damaged(torn.Rest);
                Advance(0);
            }
            else if (_query.End is not null || !FindLater()) return null;
        }
    }

    /// <summary>At the end of the newest file known: has another taken its place?</summary>
    private bool FindLater()
    {
        // In the middle of a rotation, which a shim may not have lived to finish, the first of the old ones is the newest.
        FileIdentity? now = Newest(_path) ?? (_earlier is null ? null : Newest(_earlier));
        if (_reader is { } reader && (now is null || now == _current))
        {
            if (now is null || !reader.WasTruncated()) return false;
            _query.Notice?.Invoke($"log {_path} was emptied while it was read");
            reader.Restart();
            return true;
        }
        LogFileSet set = LogFileSet.Open(_path, _format, _earlier);
        if (_reader is { } read)
        {
            // The last: an earlier one may be told by a number that the file system has given out again.
            int known = set.Files.FindLastIndex(file => file.Identity == _current || file.IsPackedFrom(_current, read.File));
            if (known < 0 && set.Files.Count > 0)
                _query.Notice?.Invoke($"log {_path} was rotated faster than it was read; records are missing");
            for (int i = 0; i <= known; i++) set.TakeFirst().Handle.Dispose();
        }
        _ahead.Dispose();
        _ahead = set;
        // The file that was left behind may have got its last records after we saw its end; it has a successor, so it gets no more.
        return set.Files.Count > 0;
    }

    private static FileIdentity? Newest(string path) => FileIdentity.Of(path) ?? FileIdentity.Of(LogFileName.Of(path, 1))
        ?? FileIdentity.Of(LogFileName.PackedOf(path, 1));

    private void Advance(long position)
    {
        LogLineReader? before = _reader;
        LogFileSet.Entry entry = _ahead.TakeFirst();
        SafeFileHandle content = entry.Unpack(_query.Notice, _cancellation);
        (_reader, _current, _written) = (new LogLineReader(content, position), entry.Identity, entry.Format);
        before?.Dispose();
    }

    private void Damaged(int bytes) => _query.Notice?.Invoke($"log {_path}: a damaged record of {bytes} bytes was left out");

    public void Dispose()
    {
        _reader?.Dispose();
        _ahead.Dispose();
    }
}
