using System.Text.Json;
using Gantry.Build.Space;

namespace Gantry.Daemon.Configuration;

/// <summary>Reads <c>builder</c> of <c>daemon.json</c>, member by member; names in any case, as dockerd takes them.</summary>
internal static class BuilderFile
{
    /// <param name="member"><c>name=JSON</c>, as the file's objects come.</param>
    /// <exception cref="GantryException">InvalidArgument.</exception>
    public static void Set(DaemonOptions options, string member)
    {
        int equals = member.IndexOf('=');
        string name = equals < 0 ? "" : member[..equals].ToLowerInvariant();
        switch (name)
        {
            case "gc":
                using (JsonDocument document = Parse(member[(equals + 1)..])) Collection(options.Builder, document.RootElement);
                break;
            case "entitlements":
                options.WithoutEffect.Add($"builder.{member}: the steps of builds have no privileges to be given");
                break;
            case "history":
                options.WithoutEffect.Add($"builder.{member}: no history of builds is kept");
                break;
            default:
                throw GantryException.Invalid(name.Length == 0 ? "the value of builder has the wrong type" : Unknown($"builder.{name}"));
        }
    }

    private static void Collection(BuilderOptions builder, JsonElement gc)
    {
        long reserved = 0, used = 0, free = 0;
        foreach (JsonProperty property in Members("builder.gc", gc))
        {
            string path = $"builder.gc.{property.Name}";
            switch (property.Name.ToLowerInvariant())
            {
                case "enabled": builder.IsBounded = Switch(path, property.Value); break;
                case "defaultkeepstorage": reserved = reserved > 0 ? reserved : Size(path, property.Value); break;
                case "defaultreservedspace": reserved = Size(path, property.Value); break;
                case "defaultmaxusedspace": used = Size(path, property.Value); break;
                case "defaultminfreespace": free = Size(path, property.Value); break;
                case "policy":
                    if (property.Value.ValueKind == JsonValueKind.Null) break;
                    if (property.Value.ValueKind != JsonValueKind.Array) throw Wrong(path);
                    builder.Policy = [.. property.Value.EnumerateArray().Select(rule => Rule(path, rule))];
                    break;
                default: throw GantryException.Invalid(Unknown(path));
            }
        }
        builder.Bound = new CacheBound(reserved, used, free);
    }

    private static CacheRule Rule(string path, JsonElement rule)
    {
        bool all = false;
        long reserved = 0, used = 0, free = 0;
        Dictionary<string, IReadOnlyList<string>> filters = [];
        foreach (JsonProperty property in Members(path, rule))
        {
            string place = $"{path}.{property.Name}";
            switch (property.Name.ToLowerInvariant())
            {
                case "all": all = Switch(place, property.Value); break;
                case "keepstorage": reserved = reserved > 0 ? reserved : Size(place, property.Value); break;
                case "reservedspace": reserved = Size(place, property.Value); break;
                case "maxusedspace": used = Size(place, property.Value); break;
                case "minfreespace": free = Size(place, property.Value); break;
                case "filter": filters = Filters(place, property.Value); break;
                default: throw GantryException.Invalid(Unknown(place));
            }
        }
        try
        {
            return new CacheRule(CacheFilterText.Read(filters, all, DateTimeOffset.UtcNow), new CacheBound(reserved, used, free));
        }
        catch (GantryException e)
        {
            throw GantryException.Invalid($"invalid value for {path}: {e.Message}");
        }
    }

    /// <summary>A list of <c>key=value</c>, or an object as the API's filters are.</summary>
    private static Dictionary<string, IReadOnlyList<string>> Filters(string path, JsonElement value)
    {
        Dictionary<string, IReadOnlyList<string>> filters = [];
        if (value.ValueKind == JsonValueKind.Null) return filters;
        if (value.ValueKind == JsonValueKind.Object)
        {
            foreach (JsonProperty property in value.EnumerateObject()) filters[property.Name] = [.. Values(path, property.Value)];
            return filters;
        }
        if (value.ValueKind != JsonValueKind.Array) throw Wrong(path);
        foreach (JsonElement item in value.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.String) throw Wrong(path);
            string[] halves = item.GetString()!.Split('=', 2, StringSplitOptions.TrimEntries);
            IReadOnlyList<string> before = filters.GetValueOrDefault(halves[0], []);
            filters[halves[0]] = halves.Length > 1 ? [.. before, halves[1]] : before;
        }
        return filters;
    }

    private static IEnumerable<string> Values(string path, JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Array => value.EnumerateArray().Select(item => item.ValueKind == JsonValueKind.String ? item.GetString()!
            : throw Wrong(path)),
        JsonValueKind.Object => value.EnumerateObject().Where(item => Switch(path, item.Value)).Select(item => item.Name),
        _ => throw Wrong(path),
    };

    private static JsonElement.ObjectEnumerator Members(string path, JsonElement value) =>
        value.ValueKind == JsonValueKind.Object ? value.EnumerateObject() : throw Wrong(path);

    private static bool Switch(string path, JsonElement value) =>
        value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean() : throw Wrong(path);

    private static long Size(string path, JsonElement value)
    {
        string text = value.ValueKind switch
        {
            JsonValueKind.String => value.GetString()!,
            JsonValueKind.Number => value.GetRawText(),
            JsonValueKind.Null => "0",
            _ => throw Wrong(path),
        };
        return ByteSize.TryParse(text, out long bytes) ? bytes
            : throw GantryException.Invalid($"invalid value for {path}: \"{text}\" is not a size such as 20GB");
    }

    private static JsonDocument Parse(string json)
    {
        try
        {
            return JsonDocument.Parse(json);
        }
        catch (JsonException)
        {
            throw Wrong("builder.gc");
        }
    }

    private static GantryException Wrong(string path) => GantryException.Invalid($"the value of {path} has the wrong type");

    private static string Unknown(string path) => $"the following directives don't match any configuration option: {path}";
}
