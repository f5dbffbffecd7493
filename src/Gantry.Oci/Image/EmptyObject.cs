using System.Text.Json;
using System.Text.Json.Serialization;

namespace Gantry.Oci.Image;

/// <summary>The value in maps that are sets, written <c>{}</c>: exposed ports and volumes.</summary>
[JsonConverter(typeof(EmptyObjectConverter))]
public sealed record EmptyObject
{
    public static readonly EmptyObject Value = new();
}

/// <summary>Whatever object it is, and null too, which Go reads as an empty one: the key alone says something.</summary>
public sealed class EmptyObjectConverter : JsonConverter<EmptyObject>
{
    public override bool HandleNull => true;

    public override EmptyObject Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType is not (JsonTokenType.StartObject or JsonTokenType.Null)) throw new JsonException();
        reader.Skip();
        return EmptyObject.Value;
    }

    public override void Write(Utf8JsonWriter writer, EmptyObject value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        writer.WriteEndObject();
    }
}
