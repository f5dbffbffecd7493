using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Gantry.Network.Ipam;

/// <summary>An address in a record is its text, and none is empty text: an earlier version that takes a record over reads it so.</summary>
public sealed class AddressConverter : JsonConverter<IPAddress?>
{
    public override bool HandleNull => true;

    public override IPAddress? Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options)
    {
        string? text = reader.GetString();
        if (string.IsNullOrEmpty(text)) return null;
        return AddressText.TryParse(text, out IPAddress? address, keepForm: true) ? address
            : throw new JsonException($"invalid IP address: {text}");
    }

    public override void Write(Utf8JsonWriter writer, IPAddress? value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value?.ToString() ?? "");
}
