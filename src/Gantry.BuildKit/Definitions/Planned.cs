using Gantry.Build.Graph;

namespace Gantry.BuildKit.Definitions;

/// <summary>What an operation gives: a tree, or the files of a context, of which a tree is made where one is needed.</summary>
internal sealed class Planned
{
    private readonly Lazy<Vertex> _tree;

    public Planned(Vertex tree) => (_tree, Shown) = (new Lazy<Vertex>(tree), tree);

    /// <param name="context">Its name.</param>
    public Planned(string context, Func<Vertex> tree) => (Context, _tree) = (context, new Lazy<Vertex>(tree));

    public Vertex Tree => _tree.Value;

    /// <summary>Null for a tree.</summary>
    public string? Context { get; }

    /// <summary>What stands for the operation where it is shown; null where that is nothing of its own.</summary>
    public Vertex? Shown { get; init; }
}
