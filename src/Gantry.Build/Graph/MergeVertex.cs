namespace Gantry.Build.Graph;

/// <summary>Trees on top of each other: a name that several have is the last one's, and what a layer takes away is gone from all below it.
/// </summary>
public sealed class MergeVertex : LayersVertex
{
    /// <summary>Lowest first.</summary>
    public required IReadOnlyList<Vertex> Trees { get; init; }

    public override IReadOnlyList<Vertex> Inputs => Trees;

    public override BuiltTree Of(IReadOnlyList<BuiltTree> inputs) => new([.. inputs.SelectMany(tree => tree.Layers)]);
}
