using System.Text.Json;

namespace Gantry.Oci.Runtime.Reading;

/// <summary>Typed access to the members of a JSON object; a missing member and a null read as null, a wrong type is an error that names the
/// member with all that it is in.</summary>
/// <remarks>No text may hold a NUL: the kernel would take what is before it, and a check has seen the whole.</remarks>
public static class JsonFields
{
    /// <exception cref="JsonException">Not JSON, or not an object.</exception>
    public static JsonElement ParseObject(ReadOnlyMemory<byte> json) => SpecReader.Parse(json);

    public static string? Text(this JsonElement element, string name) =>
        element.Member(name, JsonValueKind.String) is { } value ? Read(value, name) : null;

    public static string RequiredText(this JsonElement element, string name) =>
        element.Text(name) ?? throw new JsonException($"{name} is missing");

    public static bool? Flag(this JsonElement element, string name)
    {
        if (!element.TryFind(name, out JsonElement value)) return null;
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

    public static ulong? Unsigned(this JsonElement element, string name) =>
        element.Member(name, JsonValueKind.Number) is not { } value ? null
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
        element.Member(name, JsonValueKind.Object) is { } value ? Within(name, value, read) : null;

    public static IReadOnlyList<T>? List<T>(this JsonElement element, string name, Func<JsonElement, T> read)
    {
        if (element.Member(name, JsonValueKind.Array) is not { } array) return null;
        List<T> list = new(array.GetArrayLength());
        foreach (JsonElement item in array.EnumerateArray()) list.Add(Within(name, item, read, list.Count));
        return list;
    }

    /// <summary>A list of objects.</summary>
    public static IReadOnlyList<T>? Objects<T>(this JsonElement element, string name, Func<JsonElement, T> read) =>
        element.List(name, item => item.ValueKind == JsonValueKind.Object ? read(item) : throw new JsonException("must be an object"));

    public static IReadOnlyList<string>? Texts(this JsonElement element, string name) =>
        element.List(name, item => item.ValueKind == JsonValueKind.String ? Read(item, "") : throw new JsonException("must be a string"));

    public static IReadOnlyDictionary<string, T>? Map<T>(this JsonElement element, string name, Func<JsonElement, T> read)
    {
        if (element.Member(name, JsonValueKind.Object) is not { } members) return null;
        Dictionary<string, T> map = [];
        foreach (JsonProperty member in members.EnumerateObject())
        {
            string key = Key(member, name);
            map[key] = Within($"{name}.{key}", member.Value, read);
        }
        return map;
    }

    /// <summary>A map to objects.</summary>
    public static IReadOnlyDictionary<string, T>? ObjectMap<T>(this JsonElement element, string name, Func<JsonElement, T> read) =>
        element.Map(name, value => value.ValueKind == JsonValueKind.Object ? read(value) : throw new JsonException("must be an object"));

    public static IReadOnlyDictionary<string, string>? TextMap(this JsonElement element, string name) =>
        element.Map(name, value => value.ValueKind == JsonValueKind.String ? Read(value, "") : throw new JsonException("must be a string"));

    // Errors are rare, so the path to a member is put together only on the way out.
    private static T Within<T>(string name, JsonElement value, Func<JsonElement, T> read, int index = -1)
    {
        try
        {
            return read(value);
        }
        catch (JsonException e)
        {
            string place = index < 0 ? name : $"{name}[{index}]";
            throw new JsonException(e.Message.StartsWith("must ", StringComparison.Ordinal) ? $"{place} {e.Message}"
                : $"{place}.{e.Message}", e);
        }
    }

    private static string Read(JsonElement value, string name)
    {
        string text;
        try
        {
            text = value.GetString()!;
        }
        catch (InvalidOperationException)
        {
            // A \u escape of half a character.
            throw new JsonException($"{name} must be valid Unicode".TrimStart());
        }
        return text.Contains('\0') ? throw new JsonException($"{name} must not hold NUL bytes".TrimStart()) : text;
    }

    private static string Key(JsonProperty member, string name)
    {
        try
        {
            string key = member.Name;
            return key.Contains('\0') ? throw new JsonException($"{name}: no name in it must hold NUL bytes") : key;
        }
        catch (InvalidOperationException)
        {
            throw new JsonException($"{name}: a name in it is not valid Unicode");
        }
    }

    private static bool TryFind(this JsonElement element, string name, out JsonElement value)
    {
        try
        {
            return element.TryGetProperty(name, out value) && value.ValueKind != JsonValueKind.Null;
        }
        catch (InvalidOperationException)
        {
            // Looking for a name unescapes the others.
            throw new JsonException($"a name beside {name} is not valid Unicode");
        }
    }

    private static JsonElement? Member(this JsonElement element, string name, JsonValueKind kind)
    {
        if (!element.TryFind(name, out JsonElement value)) return null;
        return value.ValueKind == kind ? value : throw new JsonException($"{name} must be of type {kind}, not {value.ValueKind}");
    }
}
