using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Gantry.Engine.Logs;

/// <summary>One line of the json-file format: <c>{"log":"…","stream":"stdout","attrs":{…},"time":"…"}</c>.</summary>
internal static class LogLine
{
    /// <returns>Null for a line that a crash or a full disk has cut.</returns>
    public static LogRecord? TryParse(ReadOnlySpan<byte> line)
    {
        try
        {
            Utf8JsonReader reader = new(line);
            string text = "", stream = "", time = "";
            Dictionary<string, string>? attributes = null;
            reader.Read();
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                string name = reader.GetString()!;
                reader.Read();
                if (name == "log") text = reader.GetString() ?? "";
                else if (name == "stream") stream = reader.GetString() ?? "";
                else if (name == "time") time = reader.GetString() ?? "";
                else if (name == "attrs") attributes = ReadAttributes(ref reader);
                else reader.Skip();
            }
            if (!DateTimeOffset.TryParse(Shorten(time), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset at)) return null;
            return new LogRecord(stream == "stderr" ? (byte)2 : (byte)1, at, Encoding.UTF8.GetBytes(text), attributes);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static Dictionary<string, string> ReadAttributes(ref Utf8JsonReader reader)
    {
        Dictionary<string, string> attributes = [];
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string name = reader.GetString()!;
            reader.Read();
            attributes[name] = reader.GetString() ?? "";
        }
        return attributes;
    }

    /// <summary>Nanoseconds cut to the seven digits that .NET takes.</summary>
    private static string Shorten(string time)
    {
        int dot = time.IndexOf('.'), end = time.Length - 1;
        return dot > 0 && end - dot > 8 ? string.Concat(time.AsSpan(0, dot + 8), time.AsSpan(end)) : time;
    }
}
