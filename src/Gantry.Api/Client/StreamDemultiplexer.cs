using System.Buffers.Binary;

namespace Gantry.Api.Client;

/// <summary>
/// Splits the framed stream of attach, exec and logs without a terminal. A frame is eight bytes (stream number, three zeros,
/// length as big-endian number), then the payload.
/// </summary>
public static class StreamDemultiplexer
{
    private const int HeaderLength = 8;

    /// <summary>Copies until the source ends; each frame is written at once, so that the order of the two stays visible.</summary>
    /// <exception cref="InvalidDataException">What comes is not framed.</exception>
    /// <exception cref="ApiException">The daemon reported an error within the stream (number 3).</exception>
    public static void Copy(Stream source, Stream stdout, Stream stderr)
    {
        Span<byte> header = stackalloc byte[HeaderLength];
        byte[] buffer = new byte[32 * 1024];
        while (ReadFull(source, header))
        {
            int length = BinaryPrimitives.ReadInt32BigEndian(header[4..]);
            if (header[0] > 3 || length < 0) throw new InvalidDataException($"Unrecognized input header: {header[0]}");
            if (header[0] == 3) throw new ApiException(500, ReadText(source, length));
            CopyPayload(source, header[0] == 2 ? stderr : stdout, length, buffer);
        }
    }

    private static void CopyPayload(Stream source, Stream target, int length, byte[] buffer)
    {
        while (length > 0)
        {
            int count = source.Read(buffer, 0, Math.Min(length, buffer.Length));
            if (count == 0) return;
            target.Write(buffer, 0, count);
            length -= count;
        }
        target.Flush();
    }

    private static string ReadText(Stream source, int length)
    {
        byte[] text = new byte[Math.Min(length, 64 * 1024)];
        int count = source.ReadAtLeast(text, text.Length, throwOnEndOfStream: false);
        return $"error from daemon in stream: {System.Text.Encoding.UTF8.GetString(text, 0, count)}";
    }

    /// <returns>False at the end of the stream, also within a header: then the other side died while writing.</returns>
    private static bool ReadFull(Stream source, Span<byte> into)
    {
        while (into.Length > 0)
        {
            int count = source.Read(into);
            if (count == 0) return false;
            into = into[count..];
        }
        return true;
    }
}
