using System.Text;
using System.Text.Json;

namespace Gantry.Shim.Logs;

/// <summary>What Docker calls <c>json-file</c>, byte for byte.</summary>
/// <remarks><c>{"log":"text\n","stream":"stdout","attrs":{…},"time":"2026-01-02T03:04:05.678Z"}</c></remarks>
internal sealed class JsonFormat : LogFormat
{
    private const int Overhead = 64 + LogText.MaxTime;

    private readonly byte[] _outTail, _errTail;
    private byte[] _text = [];

    public JsonFormat(IReadOnlyDictionary<string, string>? attributes)
    {
        string text = Text(attributes);
        _outTail = Encoding.UTF8.GetBytes($"\",\"stream\":\"stdout\",{text}\"time\":\"");
        _errTail = Encoding.UTF8.GetBytes($"\",\"stream\":\"stderr\",{text}\"time\":\"");
    }

    public override int Room(int length) => length * LogText.MaxExpansion + _outTail.Length + Overhead;

    public override int Write(byte stream, ReadOnlySpan<byte> text, DateTime time, Span<byte> target)
    {
        byte[] tail = stream == ShimFrame.Stderr ? _errTail : _outTail;
        int count = Put("{\"log\":\""u8, target, 0);
        count += LogText.Escape(text, target[count..]);
        count = Put(tail, target, count);
        count += LogText.Time(time, target[count..]);
        return Put("\"}\n"u8, target, count);
    }

    private static int Put(ReadOnlySpan<byte> bytes, Span<byte> target, int at)
    {
        bytes.CopyTo(target[at..]);
        return at + bytes.Length;
    }

    private static string Text(IReadOnlyDictionary<string, string>? attributes)
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

    public override LogRecord? Parse(ReadOnlySpan<byte> line)
    {
        try
        {
            Utf8JsonReader reader = new(line);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return null;
            int length = 0;
            DateTimeOffset? time = null;
            byte stream = ShimFrame.Stdout;
            Dictionary<string, string>? attributes = null;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (reader.ValueTextEquals("log"u8)) length = Read(ref reader);
                else if (reader.ValueTextEquals("stream"u8))
                    stream = reader.Read() && reader.ValueTextEquals("stderr"u8) ? ShimFrame.Stderr : ShimFrame.Stdout;
                else if (reader.ValueTextEquals("time"u8))
                    time = reader.Read() && reader.TryGetDateTimeOffset(out DateTimeOffset at) ? at : null;
                else if (reader.ValueTextEquals("attrs"u8)) attributes = Attributes(ref reader);
                else if (reader.Read()) reader.Skip();
            }
            if (time is null || reader.TokenType != JsonTokenType.EndObject || reader.BytesConsumed != line.Length) return null;
            return new LogRecord(stream, time.Value, _text.AsMemory(0, length), attributes);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private int Read(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (_text.Length < reader.ValueSpan.Length) _text = new byte[Math.Max(reader.ValueSpan.Length * 2, 4096)];
        return reader.CopyString(_text);
    }

    private static Dictionary<string, string> Attributes(ref Utf8JsonReader reader)
    {
        Dictionary<string, string> attributes = [];
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string name = reader.GetString()!;
            reader.Read();
            attributes[name] = reader.GetString() ?? "";
        }
        return attributes;
    }
}
