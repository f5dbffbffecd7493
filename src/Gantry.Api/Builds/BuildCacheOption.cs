namespace Gantry.Api.Builds;

/// <summary>Where a build's cache comes from, or goes to (<c>cacheimports</c>, <c>cacheexports</c>). Ours, not Docker's.</summary>
public sealed class BuildCacheOption
{
    /// <summary><c>registry</c> or <c>local</c>.</summary>
    public string Type { get; set => field = value ?? ""; } = "";
    /// <summary>Of a registry: the name of the cache. Of a local one that comes: the further context that it is.</summary>
    public string Ref { get; set => field = value ?? ""; } = "";
    /// <summary>Of one that goes: the steps of all stages, and not of the target alone.</summary>
    public bool All { get; set; }
    /// <summary>Of one that goes: the build succeeds without it.</summary>
    public bool IgnoreError { get; set; }
}
