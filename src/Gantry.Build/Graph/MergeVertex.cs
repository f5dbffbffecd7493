namespace Gantry.Build.Graph;

/// <summary>Trees on top of each other: a name that several have is the last one's, and what a layer takes away is gone from all below it.
/// </summary>
public sealed class MergeVertex : LayersVertex
{
    /// <summary>Layers: no file system is put together of more, and merges of merges have twice as many each time.</summary>
    private const int Most = 500;

    /// <summary>Lowest first.</summary>
    public required IReadOnlyList<Vertex> Trees { get; init; }

    public override IReadOnlyList<Vertex> Inputs => Trees;

    /// <exception cref="GantryException">Invalid: there are too many.</exception>
    public override BuiltTree Of(IReadOnlyList<BuiltTree> inputs)
    {
        long layers = inputs.Sum(tree => (long)tree.Layers.Count);
        return layers <= Most ? new BuiltTree([.. inputs.SelectMany(tree => tree.Layers)])
            : throw GantryException.Invalid($"a merge has {layers} layers: at most {Most} are possible");
    }
}
