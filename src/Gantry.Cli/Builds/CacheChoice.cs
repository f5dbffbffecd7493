using Gantry.Api.Builds;
using Gantry.Cli.Options;

namespace Gantry.Cli.Builds;

/// <summary>A cache that <c>--cache-from</c> or <c>--cache-to</c> names.</summary>
/// <param name="Type"><c>image</c> (one that the engine has), <c>registry</c>, <c>local</c> or <c>inline</c>.</param>
/// <param name="Place">Its name, or a directory; empty for <c>inline</c>.</param>
internal sealed record CacheChoice(string Type, string Place)
{
    /// <summary>The steps of all stages, and not of the target alone.</summary>
    public bool All { get; init; }

    public bool IgnoreError { get; init; }

    /// <summary>Names of images, or what buildx calls them: <c>type=registry,ref=NAME</c>, <c>type=local,src=DIRECTORY</c>.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static IReadOnlyList<CacheChoice> From(string text)
    {
        if (!text.Contains('=')) return [.. CsvFields.Split(text).Select(name => new CacheChoice("image", name))];
        Dictionary<string, string> said = Read(text);
        string type = said.Remove("type", out string? known) ? known : "";
        CacheChoice choice = type switch
        {
            "registry" => new CacheChoice(type, Need(said, type, "ref")),
            "local" => new CacheChoice(type, Need(said, type, "src")),
            _ => throw new FormatException($"a cache of type \"{type}\" is not supported: registry and local are"),
        };
        RefuseRest(said);
        return [choice];
    }

    /// <summary><c>type=inline</c>, <c>type=registry,ref=NAME</c>, <c>type=local,dest=DIRECTORY</c>, with <c>mode=min|max</c>; a name
    /// alone is a registry's.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static CacheChoice To(string text)
    {
        if (!text.Contains('=')) return new CacheChoice("registry", text);
        Dictionary<string, string> said = Read(text);
        string type = said.Remove("type", out string? known) ? known : "";
        CacheChoice choice = type switch
        {
            "inline" => new CacheChoice(type, ""),
            "registry" => new CacheChoice(type, Need(said, type, "ref")),
            "local" => new CacheChoice(type, Need(said, type, "dest")),
            _ => throw new FormatException($"a cache of type \"{type}\" is not supported: inline, registry and local are"),
        };
        if (said.Remove("mode", out string? mode))
            choice = choice with { All = mode switch
            {
                "min" => false,
                "max" when type != "inline" => true,
                _ => throw new FormatException($"\"mode={mode}\" means nothing for {type}"),
            } };
        if (type != "inline" && said.Remove("ignore-error", out string? ignore))
            choice = choice with { IgnoreError = GoBool.Parse(ignore) ?? throw new FormatException($"\"{ignore}\" is no truth value") };
        RefuseRest(said);
        return choice;
    }

    public BuildCacheOption Wire(string place) => new() { Type = Type, Ref = place, All = All, IgnoreError = IgnoreError };

    private static Dictionary<string, string> Read(string text)
    {
        Dictionary<string, string> said = [];
        foreach ((string key, string? value, string field) in CsvFields.Pairs(text))
            said[key] = value ?? throw new FormatException($"\"{field}\" means nothing here");
        return said;
    }

    private static string Need(Dictionary<string, string> said, string type, string key) =>
        said.Remove(key, out string? value) && value.Length > 0 ? value : throw new FormatException($"{key} is required for {type}");

    private static void RefuseRest(Dictionary<string, string> said)
    {
        if (said.Count > 0) throw new FormatException($"\"{said.First().Key}\" is not supported");
    }
}
