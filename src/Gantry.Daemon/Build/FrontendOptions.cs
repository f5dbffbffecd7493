using System.Globalization;
using System.Text.Json;
using Gantry.Api.Containers;
using Gantry.BuildKit.Solving;
using Gantry.Registry;

namespace Gantry.Daemon.Build;

/// <summary>The options of the front end for Dockerfiles, one by one, as BuildKit's clients write them.</summary>
internal static class FrontendOptions
{
    /// <summary>What is under a prefix, by the rest of its name.</summary>
    public static Dictionary<string, string> Under(string prefix, IReadOnlyDictionary<string, string> options) =>
        options.Where(option => option.Key.StartsWith(prefix, StringComparison.Ordinal) && option.Key.Length > prefix.Length)
            .ToDictionary(option => option.Key[prefix.Length..], option => option.Value);

    /// <summary><c>name=address,name=address</c>, as <c>name:address</c>.</summary>
    public static IReadOnlyList<string> Hosts(string text) => [.. Split(text).Select(host =>
        host.IndexOf('=') is > 0 and var at ? $"{host[..at]}:{host[(at + 1)..]}"
            : throw GantryException.Invalid($"failed to parse additional hosts: {host} is no name=address"))];

    /// <summary><c>name=soft:hard,…</c></summary>
    public static List<Ulimit> Ulimits(string text) => [.. Split(text).Select(limit =>
    {
        string[] parts = limit.Split('=', ':');
        if (parts.Length is not (2 or 3) || !TryNumber(parts[1], out long soft) || !TryNumber(parts[^1], out long hard))
            throw GantryException.Invalid($"failed to parse ulimit: {limit}");
        return new Ulimit { Name = parts[0], Soft = soft, Hard = hard };
    })];

    /// <exception cref="GantryException">Invalid: there is no such mode.</exception>
    public static string Network(string mode) => mode switch
    {
        "" or "default" or "sandbox" => "default", "host" or "none" => mode,
        _ => throw GantryException.Invalid($"invalid netmode {mode}"),
    };

    /// <summary>Whether images are looked for at their registries, though there are such here.</summary>
    /// <exception cref="GantryException">Invalid: there is no such mode.</exception>
    public static bool IsPull(string mode) => mode switch
    {
        "" or "default" or "local" => false, "pull" => true,
        _ => throw GantryException.Invalid($"invalid image-resolve-mode: {mode} is none of default, pull and local"),
    };

    /// <exception cref="GantryException">Invalid: it is neither true nor false.</exception>
    public static bool IsTrue(string name, string text) => text.Length > 0
        && (GoBool.Parse(text) ?? throw GantryException.Invalid($"invalid boolean value for {name}: {text}"));

    /// <exception cref="GantryException">Invalid: it is no number.</exception>
    public static void CheckNumber(string name, string text)
    {
        if (text.Length > 0 && !TryNumber(text, out _)) throw GantryException.Invalid($"invalid {name}: {text} is no number");
    }

    /// <summary>Neither names nor arguments, variables or paths have a NUL.</summary>
    /// <exception cref="GantryException">Invalid: this has.</exception>
    public static void CheckText(string name, string text)
    {
        if (name.Contains('\0') || text.Contains('\0'))
            throw GantryException.Invalid($"the option {name.Replace("\0", "\\0", StringComparison.Ordinal)} of a build has a NUL in it");
    }

    public static long Size(string name, string text) => text.Length == 0 ? 0 : TryNumber(text, out long size) && size >= 0 ? size
        : throw GantryException.Invalid($"failed to parse {name}: {text}");

    /// <summary>A list of caches, as <c>cache-imports</c> has it.</summary>
    public static IReadOnlyList<CacheOrder> Caches(string json)
    {
        if (json.Length == 0) return [];
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            return [.. document.RootElement.EnumerateArray().Select(one => new CacheOrder(one.GetProperty("Type").GetString() ?? "",
                one.TryGetProperty("Attrs", out JsonElement attributes) && attributes.ValueKind == JsonValueKind.Object
                    ? attributes.EnumerateObject().ToDictionary(attribute => attribute.Name, attribute => attribute.Value.GetString() ?? "")
                    : []))];
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            throw GantryException.Invalid("failed to unmarshal cache-imports: it is no list of caches");
        }
    }

    /// <param name="warnings">Gets those that are done without.</param>
    public static IReadOnlyList<CacheQuery> Imports(IEnumerable<CacheOrder> caches, List<string> warnings)
    {
        List<CacheQuery> known = [];
        foreach (CacheOrder cache in caches.DistinctBy(cache => (cache.Type, cache.Attributes.GetValueOrDefault("ref"))))
        {
            if (cache.Type == "registry") known.Add(new CacheQuery(NameOf(cache), "", All: false, IgnoreError: true));
            else warnings.Add($"[Warning] a cache of type {cache.Type} is done without: this engine takes caches from registries");
        }
        return known;
    }

    /// <exception cref="GantryException">Unsupported: there is no such place for a cache.</exception>
    public static IReadOnlyList<CacheQuery> Exports(IEnumerable<CacheOrder> caches, List<string> warnings)
    {
        List<CacheQuery> known = [];
        foreach (CacheOrder cache in caches)
        {
            bool isIgnored = GoBool.Parse(cache.Attributes.GetValueOrDefault("ignore-error", "")) == true;
            if (cache.Type == "registry")
                known.Add(new CacheQuery(NameOf(cache), "", cache.Attributes.GetValueOrDefault("mode") == "max", isIgnored));
            else if (cache.Type == "inline") warnings.Add("[Warning] each image is a cache of its own steps: type=inline says nothing");
            else if (!isIgnored)
                throw GantryException.Unsupported($"a cache of type {cache.Type} is not written: this engine brings caches to registries");
            else warnings.Add($"[Warning] the cache of type {cache.Type} was not written: this engine brings caches to registries");
        }
        return known;
    }

    private static Reference NameOf(CacheOrder cache)
    {
        string text = cache.Attributes.GetValueOrDefault("ref", "");
        if (text.Length == 0) throw GantryException.Invalid($"a cache of type {cache.Type} needs a ref");
        Reference name = Reference.Parse(text);
        return name.Digest is null ? name.WithDefaultTag() : throw GantryException.Invalid($"a cache has no digest: {text}");
    }

    private static bool TryNumber(string text, out long number) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number);

    public static IEnumerable<string> Split(string text) => text.Split(',', StringSplitOptions.RemoveEmptyEntries);
}
