using System.Text.Json;
using System.Text.Json.Serialization;

namespace Gantry.Api.Json;

/// <summary>Clients may send one string where a list is meant (<c>"Cmd": "date"</c>); it is a list of that one.</summary>
public sealed class StringOrListConverter : JsonConverter<List<string>>
{
    private static readonly TextListConverter List = new();

    public override List<string>? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String ? [reader.GetString()!] : List.Read(ref reader, typeToConvert, options);

    public override void Write(Utf8JsonWriter writer, List<string> value, JsonSerializerOptions options) =>
        List.Write(writer, value, options);
}
