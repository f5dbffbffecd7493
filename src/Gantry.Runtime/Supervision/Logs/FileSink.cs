using Gantry.Runtime.Supervision.Loop;
using Gantry.Shim;
using Gantry.Shim.Logs;

namespace Gantry.Runtime.Supervision.Logs;

/// <summary>The container's log in files, in whichever format: <c>json-file</c> and <c>local</c>.</summary>
internal sealed class FileSink : LogSink
{
    private const int FlushAt = 64 * 1024;

    private readonly LogFile _file;
    private readonly LogFormat _format;
    private readonly long _maxSize;
    private readonly LineSplitter _out, _err;
    private byte[] _pending = [];
    private int _count;

    /// <param name="config">With a path.</param>
    /// <param name="worked">As for <see cref="LogSink.Of"/>.</param>
    public FileSink(LogConfig config, EventLoop loop, Action worked)
    {
        string path = config.Path ?? throw GantryException.Invalid("the log has no path");
        _file = new LogFile(loop, path, config.MaxFiles, config.Compress ? new LogPacking(loop, path, config.MaxFiles, worked) : null);
        _format = LogFormat.Of(config.Driver, config.Attributes);
        _maxSize = config.MaxSize > 0 ? config.MaxSize : long.MaxValue;
        (_out, _err) = (new LineSplitter(this, ShimFrame.Stdout), new LineSplitter(this, ShimFrame.Stderr));
    }

    public override void Append(byte stream, ReadOnlySpan<byte> output)
    {
        (stream == ShimFrame.Stderr ? _err : _out).Append(output, DateTime.UtcNow);
        Flush();
        // What long lines needed is not kept beyond their burst, whose last read is hardly ever a full one.
        if (_pending.Length > FlushAt && output.Length < FlushAt / 4) _pending = [];
    }

    public override void End(byte stream)
    {
        (stream == ShimFrame.Stderr ? _err : _out).End(DateTime.UtcNow);
        Flush();
    }

    public override LogEnd? Position => _file.Position;

    public override ReadOnlySpan<byte> Held(byte stream) => (stream == ShimFrame.Stderr ? _err : _out).Held;

    public override bool Owns(int pid) => _file.Packing?.Pid == pid;

    public void Record(byte stream, ReadOnlySpan<byte> text, DateTime time)
    {
        int room = _format.Room(text.Length);
        if (_count + room > Math.Max(FlushAt, _pending.Length)) Flush();
        if (_count + room > _pending.Length)
            Array.Resize(ref _pending, Math.Max(_count + room, Math.Clamp(_pending.Length * 2, 4096, FlushAt)));
        int start = _count;
        _count += _format.Write(stream, text, time, _pending.AsSpan(_count));
        if (_file.Size + _count > _maxSize && _file.Size + start > 0) RotateBefore(start);
        if (_count >= FlushAt) Flush();
    }

    private void RotateBefore(int start)
    {
        _file.Append(_pending.AsSpan(0, start));
        _file.Rotate();
        _pending.AsSpan(start, _count - start).CopyTo(_pending);
        _count -= start;
    }

    private void Flush()
    {
        if (_count == 0) return;
        _file.Append(_pending.AsSpan(0, _count));
        _count = 0;
    }
}
