using System.Text.Json;

namespace Gantry.Daemon.Http;

/// <summary>The <c>filters</c> parameter: for each key the values of which one must fit.</summary>
/// <remarks>Two shapes are in use: <c>{"label":["a","b"]}</c>, and from before API 1.22 <c>{"label":{"a":true,"b":true}}</c>,
/// which newer clients still send.</remarks>
public sealed class RequestFilters
{
    public static readonly RequestFilters None = new([]);

    private readonly Dictionary<string, IReadOnlyList<string>> _values;

    private RequestFilters(Dictionary<string, IReadOnlyList<string>> values) => this._values = values;

    public IReadOnlyDictionary<string, IReadOnlyList<string>> Values => _values;
    public bool IsEmpty => _values.Count == 0;

    /// <returns>The values of a key; empty when the caller did not ask for it.</returns>
    public IReadOnlyList<string> this[string key] => _values.TryGetValue(key, out IReadOnlyList<string>? wanted) ? wanted : [];

    public bool Has(string key) => _values.ContainsKey(key);

    /// <exception cref="GantryException">InvalidArgument: <c>invalid filter</c>.</exception>
    public static RequestFilters Parse(string json)
    {
        if (string.IsNullOrWhiteSpace(json)) return None;
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            if (document.RootElement.ValueKind == JsonValueKind.Null) return None;
            Dictionary<string, IReadOnlyList<string>> values = [];
            foreach (JsonProperty property in document.RootElement.EnumerateObject()) values[property.Name] = ValuesOf(property.Value);
            return new RequestFilters(values);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw GantryException.Invalid("invalid filter");
        }
    }

    private static IReadOnlyList<string> ValuesOf(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Array => [.. element.EnumerateArray().Select(value => value.GetString() ?? "")],
        JsonValueKind.Object => [.. element.EnumerateObject().Where(value => value.Value.GetBoolean()).Select(value => value.Name)],
        JsonValueKind.Null => [],
        _ => throw new JsonException(),
    };

    /// <exception cref="GantryException">InvalidArgument: a key that this resource does not have, <c>invalid filter 'x'</c>.</exception>
    public RequestFilters Allow(params ReadOnlySpan<string> keys)
    {
        foreach (string key in _values.Keys)
            if (!keys.Contains(key)) throw GantryException.Invalid($"invalid filter '{key}'");
        return this;
    }

    /// <returns>Null when it was not asked for.</returns>
    /// <exception cref="GantryException">InvalidArgument: neither true nor false, or both.</exception>
    public bool? Bool(string key)
    {
        if (!Has(key)) return null;
        bool yes = this[key].Any(value => value is "1" or "true"), no = this[key].Any(value => value is "0" or "false");
        if (yes == no)
            throw GantryException.Invalid(this[key].Count == 0 ? $"invalid filter '{key}'"
                : $"invalid filter '{key}=[{string.Join(' ', this[key])}]'");
        return yes;
    }

    /// <summary>Every <c>label</c> asked for (<c>key</c> or <c>key=value</c>) is there, and no <c>label!</c>.</summary>
    public bool MatchLabels(IReadOnlyDictionary<string, string>? labels) =>
        this["label"].All(wanted => LabelPattern.Matches(wanted, labels))
            && !this["label!"].Any(unwanted => LabelPattern.Matches(unwanted, labels));
}
