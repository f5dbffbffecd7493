namespace Gantry.Build.Graph;

/// <summary>A command that runs in the tree below; what it changes is the step's layer.</summary>
public sealed class RunVertex : Vertex
{
    public required IReadOnlyList<string> Arguments { get; init; }
    /// <summary><c>NAME=value</c>.</summary>
    public required IReadOnlyList<string> Environment { get; init; }
    /// <summary>Variables which change nothing of what comes out: proxies. No key knows them.</summary>
    public IReadOnlyList<string> Unkeyed { get; init; } = [];
    /// <summary>Absolute.</summary>
    public string Directory { get; init; } = "/";
    /// <summary><c>user[:group]</c>; empty is root.</summary>
    public string User { get; init; } = "";
    public RunSurroundings Surroundings { get; init; } = new();
    public IReadOnlyList<RunPlace> Places { get; init; } = [];

    public override IReadOnlyList<Vertex> Inputs => [.. base.Inputs, .. Places.Select(place => place.Tree).OfType<Vertex>()];
}
