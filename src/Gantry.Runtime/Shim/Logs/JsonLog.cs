using System.Text;
using Gantry.Shim;

namespace Gantry.Runtime.Shim.Logs;

/// <summary>The container's log in the format that Docker calls <c>json-file</c>: one object a line.</summary>
/// <remarks><c>{"log":"text\n","stream":"stdout","attrs":{…},"time":"2026-01-02T03:04:05.678Z"}</c></remarks>
internal sealed class JsonLog
{
    private const int FlushAt = 64 * 1024, MaxOverhead = 64 + LogText.MaxTime;

    private readonly LogFile _file;
    private readonly long _maxSize;
    private readonly byte[] _outTail, _errTail;
    private readonly LineSplitter _out, _err;
    private byte[] _pending = [];
    private int _count;

    /// <param name="config">With a path.</param>
    public JsonLog(LogConfig config)
    {
        _file = new LogFile(config.Path ?? throw GantryException.Invalid("the log has no path"), config.MaxFiles);
        _maxSize = config.MaxSize > 0 ? config.MaxSize : long.MaxValue;
        string attributes = Attributes(config.Attributes);
        _outTail = Encoding.UTF8.GetBytes($"\",\"stream\":\"stdout\",{attributes}\"time\":\"");
        _errTail = Encoding.UTF8.GetBytes($"\",\"stream\":\"stderr\",{attributes}\"time\":\"");
        (_out, _err) = (new LineSplitter(this, ShimFrame.Stdout), new LineSplitter(this, ShimFrame.Stderr));
    }

    /// <param name="stream"><see cref="ShimFrame.Stdout"/> or <see cref="ShimFrame.Stderr"/>.</param>
    public void Append(byte stream, ReadOnlySpan<byte> output)
    {
        (stream == ShimFrame.Stderr ? _err : _out).Append(output, DateTime.UtcNow);
        Flush();
    }

    /// <summary>The stream has ended.</summary>
    public void End(byte stream)
    {
        (stream == ShimFrame.Stderr ? _err : _out).End(DateTime.UtcNow);
        Flush();
    }

    /// <summary>Up to where everything is written; null when the log cannot be.</summary>
    public LogEnd? Position => _file.Position;

    /// <summary>The line whose end has not come yet, and which is in no record so far.</summary>
    public ReadOnlySpan<byte> Held(byte stream) => (stream == ShimFrame.Stderr ? _err : _out).Held;

    public void Record(byte stream, ReadOnlySpan<byte> text, DateTime time)
    {
        byte[] tail = stream == ShimFrame.Stderr ? _errTail : _outTail;
        Reserve(text.Length * LogText.MaxExpansion + tail.Length + MaxOverhead);
        int start = _count;
        Put("{\"log\":\""u8);
        _count += LogText.Escape(text, _pending.AsSpan(_count));
        Put(tail);
        _count += LogText.Time(time, _pending.AsSpan(_count));
        Put("\"}\n"u8);
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

    private void Put(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(_pending.AsSpan(_count));
        _count += bytes.Length;
    }

    private void Reserve(int more)
    {
        if (_count + more > _pending.Length) Array.Resize(ref _pending, Math.Max(_count + more, 4096));
    }

    private static string Attributes(IReadOnlyDictionary<string, string>? attributes)
    {
        if (attributes is null || attributes.Count == 0) return "";
        StringBuilder text = new("\"attrs\":{");
        foreach ((string name, string value) in attributes)
        {
            if (text[^1] != '{') text.Append(',');
            text.Append('"').Append(Escaped(name)).Append("\":\"").Append(Escaped(value)).Append('"');
        }
        return text.Append("},").ToString();
    }

    private static string Escaped(string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text), target = new byte[bytes.Length * LogText.MaxExpansion];
        return Encoding.UTF8.GetString(target, 0, LogText.Escape(bytes, target));
    }
}
