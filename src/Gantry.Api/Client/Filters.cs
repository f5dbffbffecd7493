using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Gantry.Api.Client;

/// <summary>The <c>filters</c> of a list: a key may have several values.</summary>
public sealed class Filters
{
    private readonly SortedDictionary<string, SortedSet<string>> _values = new(StringComparer.Ordinal);

    public bool IsEmpty => _values.Count == 0;

    public Filters Add(string key, string value)
    {
        if (!_values.TryGetValue(key, out SortedSet<string>? set)) _values[key] = set = new SortedSet<string>(StringComparer.Ordinal);
        set.Add(value);
        return this;
    }

    public bool Contains(string key) => _values.ContainsKey(key);

    /// <returns>Null when there is nothing to filter.</returns>
    public string? ToJson()
    {
        if (IsEmpty) return null;
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter json = new(buffer))
        {
            json.WriteStartObject();
            foreach ((string key, SortedSet<string> set) in _values)
            {
                json.WriteStartObject(key);
                foreach (string value in set) json.WriteBoolean(value, true);
                json.WriteEndObject();
            }
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
