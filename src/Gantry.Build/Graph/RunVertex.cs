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
    /// <summary>It writes nowhere but to its places.</summary>
    public bool IsReadOnly { get; init; }
    /// <summary>Exit codes with which it has not failed; empty for 0 alone.</summary>
    public IReadOnlyList<int> GoodCodes { get; init; } = [];

    public override IReadOnlyList<Vertex> Inputs => [.. base.Inputs, .. Places.Select(place => place.Tree).OfType<Vertex>()];

    public override IReadOnlyList<int> Further
    {
        get
        {
            List<int> further = [];
            int input = base.Inputs.Count;
            foreach (RunPlace place in Places)
            {
                if (place is OutputPlace) further.Add(input);
                if (place.Tree is not null) input++;
            }
            return further;
        }
    }
}
