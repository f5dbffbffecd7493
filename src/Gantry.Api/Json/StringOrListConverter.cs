using System.Text.Json;
using System.Text.Json.Serialization;

namespace Gantry.Api;

/// <summary>Clients may send one string where a list is meant (<c>"Cmd": "date"</c>); it is a list of that one.</summary>
public sealed class StringOrListConverter : JsonConverter<List<string>>
{
    private static readonly TextListConverter s_list = new();

    public override List<string>? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String ? [reader.GetString()!] : s_list.Read(ref reader, typeToConvert, options);

    public override void Write(Utf8JsonWriter writer, List<string> value, JsonSerializerOptions options) => s_list.Write(writer, value, options);
}
