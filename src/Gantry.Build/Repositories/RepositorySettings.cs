namespace Gantry.Build.Repositories;

/// <summary>How git is run.</summary>
public sealed record RepositorySettings
{
    /// <summary>A path, or a name to be found in PATH.</summary>
    public string Program { get; init; } = "git";
    /// <summary>Proxies as they are now, by the names of variables.</summary>
    public Func<IReadOnlyDictionary<string, string>> Proxies { get; init; } = static () => new Dictionary<string, string>();
    public RepositoryLimits Limits { get; init; } = new();
}
