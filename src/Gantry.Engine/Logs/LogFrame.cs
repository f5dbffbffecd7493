using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Text;
using Gantry.Shim.Logs;

namespace Gantry.Engine.Logs;

/// <summary>A record as clients receive it: multiplexed with Docker's eight-byte header, or bare for a terminal's output.</summary>
public static class LogFrame
{
    private const int HeaderSize = 8;

    public static byte[] Encode(LogRecord record, bool terminal, LogQuery query)
    {
        byte[] prefix = Encoding.UTF8.GetBytes(Prefix(record, query));
        int header = terminal ? 0 : HeaderSize, length = prefix.Length + record.Bytes.Length;
        byte[] frame = new byte[header + length];
        if (!terminal)
        {
            frame[0] = record.Stream;
            BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(4), (uint)length);
        }
        prefix.CopyTo(frame, header);
        record.Bytes.CopyTo(frame.AsMemory(header + prefix.Length));
        return frame;
    }

    private static string Prefix(LogRecord record, LogQuery query)
    {
        string text = "";
        if (query.Timestamps) text = record.Time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'00Z '", CultureInfo.InvariantCulture);
        if (query.Details)
            text += string.Join(',', (record.Attributes ?? new Dictionary<string, string>())
                .OrderBy(pair => pair.Key, StringComparer.Ordinal)
                .Select(pair => $"{WebUtility.UrlEncode(pair.Key)}={WebUtility.UrlEncode(pair.Value)}")) + " ";
        return text;
    }
}
