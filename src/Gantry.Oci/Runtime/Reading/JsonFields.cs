using System.Text.Json;

namespace Gantry.Oci.Runtime.Reading;

/// <summary>Typed access to the members of a JSON object; a missing member and a null read as null, a wrong type is an error that names the member.</summary>
public static class JsonFields
{
    /// <exception cref="JsonException">Not JSON, or not an object.</exception>
    public static JsonElement ParseObject(ReadOnlyMemory<byte> json) => SpecReader.Parse(json);

    public static string? Text(this JsonElement element, string name) => element.Member(name, JsonValueKind.String)?.GetString();

    public static string RequiredText(this JsonElement element, string name) => element.Text(name) ?? throw new JsonException($"{name} is missing");

    public static bool? Flag(this JsonElement element, string name)
    {
        if (!element.TryGetProperty(name, out JsonElement value) || value.ValueKind == JsonValueKind.Null) return null;
        return value.ValueKind switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            _ => throw new JsonException($"{name} must be true or false"),
        };
    }

    public static long? Signed(this JsonElement element, string name) => element.Member(name, JsonValueKind.Number) is not { } value ? null
        : value.TryGetInt64(out long number) ? number
        : throw new JsonException($"{name}: {value.GetRawText()} is not a whole number in range");

    public static ulong? Unsigned(this JsonElement element, string name) => element.Member(name, JsonValueKind.Number) is not { } value ? null
        : value.TryGetUInt64(out ulong number) ? number
        : throw new JsonException($"{name}: {value.GetRawText()} is not a whole number in range");

    public static int? Int(this JsonElement element, string name) => element.Signed(name) is not { } value ? null
        : value is >= int.MinValue and <= int.MaxValue ? (int)value
        : throw new JsonException($"{name}: {value} is out of range");

    public static uint? UInt(this JsonElement element, string name) => element.Unsigned(name) is not { } value ? null
        : value <= uint.MaxValue ? (uint)value
        : throw new JsonException($"{name}: {value} is out of range");

    public static ushort? UShort(this JsonElement element, string name) => element.Unsigned(name) is not { } value ? null
        : value <= ushort.MaxValue ? (ushort)value
        : throw new JsonException($"{name}: {value} is out of range");

    public static T? Object<T>(this JsonElement element, string name, Func<JsonElement, T> read) where T : class =>
        element.Member(name, JsonValueKind.Object) is { } value ? read(value) : null;

    public static IReadOnlyList<T>? List<T>(this JsonElement element, string name, Func<JsonElement, T> read)
    {
        if (element.Member(name, JsonValueKind.Array) is not { } array) return null;
        List<T> list = new(array.GetArrayLength());
        foreach (JsonElement item in array.EnumerateArray()) list.Add(read(item));
        return list;
    }

    /// <summary>A list of objects.</summary>
    public static IReadOnlyList<T>? Objects<T>(this JsonElement element, string name, Func<JsonElement, T> read) =>
        element.List(name, item => item.ValueKind == JsonValueKind.Object ? read(item) : throw new JsonException($"{name} must hold objects"));

    public static IReadOnlyList<string>? Texts(this JsonElement element, string name) =>
        element.List(name, item => item.ValueKind == JsonValueKind.String ? item.GetString()! : throw new JsonException($"{name} must hold strings"));

    public static IReadOnlyDictionary<string, T>? Map<T>(this JsonElement element, string name, Func<JsonElement, T> read)
    {
        if (element.Member(name, JsonValueKind.Object) is not { } members) return null;
        Dictionary<string, T> map = [];
        foreach (JsonProperty member in members.EnumerateObject()) map[member.Name] = read(member.Value);
        return map;
    }

    public static IReadOnlyDictionary<string, string>? TextMap(this JsonElement element, string name) =>
        element.Map(name, value => value.ValueKind == JsonValueKind.String ? value.GetString()! : throw new JsonException($"{name} must hold strings"));

    private static JsonElement? Member(this JsonElement element, string name, JsonValueKind kind)
    {
        if (!element.TryGetProperty(name, out JsonElement value) || value.ValueKind == JsonValueKind.Null) return null;
        return value.ValueKind == kind ? value : throw new JsonException($"{name} must be of type {kind}, not {value.ValueKind}");
    }
}
