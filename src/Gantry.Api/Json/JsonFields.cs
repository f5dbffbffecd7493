using System.Buffers;
using System.Text.Json;

namespace Gantry.Api.Json;

/// <summary>
/// Writes an object field by field and leaves out what has its default. For the requests of run and exec: the serializer first
/// builds a description of every type that it meets, which for the eighty fields of a create request takes longer than all else that
/// the command line does.
/// </summary>
internal readonly struct JsonFields(Utf8JsonWriter json)
{
    public static byte[] Write(Action<JsonFields> fields)
    {
        ArrayBufferWriter<byte> buffer = new(1024);
        using (Utf8JsonWriter json = new(buffer))
        {
            json.WriteStartObject();
            fields(new JsonFields(json));
            json.WriteEndObject();
        }
        return buffer.WrittenSpan.ToArray();
    }

    public void Text(string name, string? value)
    {
        if (!string.IsNullOrEmpty(value)) json.WriteString(name, value);
    }

    public void Number(string name, long value)
    {
        if (value != 0) json.WriteNumber(name, value);
    }

    /// <summary>Zero is a value here; null is none.</summary>
    public void Optional(string name, long? value)
    {
        if (value is { } number) json.WriteNumber(name, number);
    }

    /// <inheritdoc cref="Optional(string, long?)"/>
    public void Optional(string name, bool? value)
    {
        if (value is { } flag) json.WriteBoolean(name, flag);
    }

    public void Switch(string name, bool value)
    {
        if (value) json.WriteBoolean(name, true);
    }

    /// <summary>An empty list is a value, null is none.</summary>
    public void List(string name, List<string>? values)
    {
        if (values is null) return;
        json.WriteStartArray(name);
        foreach (string value in values) json.WriteStringValue(value);
        json.WriteEndArray();
    }

    public void Numbers(string name, List<int>? values)
    {
        if (values is null || values.TrueForAll(value => value == 0)) return;
        json.WriteStartArray(name);
        foreach (int value in values) json.WriteNumberValue(value);
        json.WriteEndArray();
    }

    public void Lists(string name, List<List<string>>? values)
    {
        if (values is null) return;
        json.WriteStartArray(name);
        foreach (List<string> value in values)
        {
            json.WriteStartArray();
            foreach (string item in value) json.WriteStringValue(item);
            json.WriteEndArray();
        }
        json.WriteEndArray();
    }

    public void Map(string name, Dictionary<string, string>? values)
    {
        if (values is not { Count: > 0 }) return;
        json.WriteStartObject(name);
        foreach ((string key, string value) in values) json.WriteString(key, value);
        json.WriteEndObject();
    }

    public void Set(string name, Dictionary<string, EmptyObject?>? values)
    {
        if (values is not { Count: > 0 }) return;
        json.WriteStartObject(name);
        foreach (string key in values.Keys)
        {
            json.WriteStartObject(key);
            json.WriteEndObject();
        }
        json.WriteEndObject();
    }

    public void Object<T>(string name, T? value, Action<JsonFields, T> fields) where T : class
    {
        if (value is null) return;
        json.WriteStartObject(name);
        fields(this, value);
        json.WriteEndObject();
    }

    public void Objects<T>(string name, List<T>? values, Action<JsonFields, T> fields) where T : class
    {
        if (values is null) return;
        json.WriteStartArray(name);
        WriteItems(values, fields);
        json.WriteEndArray();
    }

    private void WriteItems<T>(List<T> values, Action<JsonFields, T> fields)
    {
        foreach (T value in values)
        {
            json.WriteStartObject();
            fields(this, value);
            json.WriteEndObject();
        }
    }

    public void ObjectMap<T>(string name, Dictionary<string, T?>? values, Action<JsonFields, T> fields) where T : class
    {
        if (values is not { Count: > 0 }) return;
        json.WriteStartObject(name);
        foreach ((string key, T? value) in values)
        {
            if (value is null) json.WriteNull(key);
            else Object(key, value, fields);
        }
        json.WriteEndObject();
    }

    public void ListMap<T>(string name, Dictionary<string, List<T>?>? values, Action<JsonFields, T> fields) where T : class
    {
        if (values is not { Count: > 0 }) return;
        json.WriteStartObject(name);
        foreach ((string key, List<T>? value) in values)
        {
            if (value is null) json.WriteNull(key);
            else Objects(key, value, fields);
        }
        json.WriteEndObject();
    }
}
