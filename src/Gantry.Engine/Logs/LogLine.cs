using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Gantry.Engine.Logs;

/// <summary>Takes one line of the file apart.</summary>
internal sealed class LogLine
{
    public const byte Stdout = 1, Stderr = 2;

    private byte[] _text = new byte[4096];

    /// <returns>False when the line is damaged.</returns>
    public bool TryParse(ReadOnlySpan<byte> line, [NotNullWhen(true)] out LogRecord? record)
    {
        record = null;
        try
        {
            Utf8JsonReader reader = new(line);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return false;
            int length = 0;
            DateTimeOffset? time = null;
            byte stream = Stdout;
            Dictionary<string, string>? attributes = null;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (reader.ValueTextEquals("log"u8)) length = Text(ref reader);
                else if (reader.ValueTextEquals("stream"u8)) stream = reader.Read() && reader.ValueTextEquals("stderr"u8) ? Stderr : Stdout;
                else if (reader.ValueTextEquals("time"u8))
                    time = reader.Read() && reader.TryGetDateTimeOffset(out DateTimeOffset at) ? at : null;
                else if (reader.ValueTextEquals("attrs"u8)) attributes = Attributes(ref reader);
                else if (reader.Read()) reader.Skip();
            }
            if (time is null || reader.TokenType != JsonTokenType.EndObject || reader.BytesConsumed != line.Length) return false;
            record = new LogRecord(stream, time.Value, _text.AsMemory(0, length), attributes);
            return true;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    private int Text(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (_text.Length < reader.ValueSpan.Length) _text = new byte[reader.ValueSpan.Length * 2];
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
