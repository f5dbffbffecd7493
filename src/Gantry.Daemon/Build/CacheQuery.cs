using Gantry.Api.Builds;
using Gantry.Registry;

namespace Gantry.Daemon.Build;

/// <summary>Where a build's cache comes from, or goes to.</summary>
/// <param name="Name">Of one in a registry; null for a local one.</param>
/// <param name="Context">Of a local one that comes: the further context that it is.</param>
/// <param name="All">As in <see cref="BuildCacheOption.All"/>, as <paramref name="IgnoreError"/>.</param>
internal sealed record CacheQuery(Reference? Name, string Context, bool All, bool IgnoreError)
{
    private const int Most = 100;

    /// <exception cref="GantryException">Invalid: there is no such place.</exception>
    public static IReadOnlyList<CacheQuery> Read(string key, IReadOnlyList<BuildCacheOption> options, bool isImport)
    {
        if (options.Count > Most) throw GantryException.Invalid($"{key}: more than {Most} caches");
        if (!isImport && options.Count(option => option.Type == "local") > 1)
            throw GantryException.Invalid($"{key}: there is one local cache");
        return [.. options.Select(option => option.Type switch
        {
            "registry" => new CacheQuery(Named(key, option.Ref), "", option.All, option.IgnoreError),
            "local" when isImport && option.Ref.Length == 0 => throw GantryException.Invalid($"{key}: a local cache is a further context"),
            "local" => new CacheQuery(null, option.Ref, option.All, option.IgnoreError),
            _ => throw GantryException.Invalid($"{key}: a cache is of type registry or local, not \"{option.Type}\""),
        })];
    }

    private static Reference Named(string key, string text)
    {
        Reference name = Reference.Parse(text);
        return name.Digest is null ? name.WithDefaultTag() : throw GantryException.Invalid($"{key}: a cache has no digest: {text}");
    }
}
