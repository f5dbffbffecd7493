using System.Buffers;
using System.Text.Json;

namespace Gantry.Oci.Runtime.Writing;

/// <summary>JSON by hand, as bytes.</summary>
public static class JsonBytes
{
    private static readonly MinimalEncoder Encoder = new();

    /// <param name="members">Writes those of the object.</param>
    public static byte[] OfObject(Action<Utf8JsonWriter> members) => Of(writer =>
    {
        writer.WriteStartObject();
        members(writer);
        writer.WriteEndObject();
    });

    public static byte[] Of(Action<Utf8JsonWriter> value)
    {
        ArrayBufferWriter<byte> buffer = new(1024);
        using Utf8JsonWriter writer = new(buffer, new JsonWriterOptions { Encoder = Encoder });
        value(writer);
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }
}
