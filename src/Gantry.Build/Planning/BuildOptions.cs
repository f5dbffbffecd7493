using Gantry.Build.Graph;

namespace Gantry.Build.Planning;

/// <summary>What a build is asked for, beside its Dockerfile and its context.</summary>
public sealed record BuildOptions
{
    /// <summary><c>--build-arg</c>.</summary>
    public IReadOnlyDictionary<string, string> Arguments { get; init; } = new Dictionary<string, string>();
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();
    /// <summary>A stage by name or number; empty for the last.</summary>
    public string Target { get; init; } = "";
    /// <summary>Null for that of this host.</summary>
    public string? Platform { get; init; }
    /// <summary>Nothing is looked up in the cache.</summary>
    public bool NoCache { get; init; }
    /// <summary>For its commands.</summary>
    public RunSurroundings Surroundings { get; init; } = new();
}
