using Gantry.Oci.Image;

namespace Gantry.Build.Graph;

/// <summary>A root file system: what a vertex gives. Immutable, and known by what is in it.</summary>
/// <param name="Layers">Bottom first; none for an empty one.</param>
public sealed record BuiltTree(IReadOnlyList<TreeLayer> Layers)
{
    public static BuiltTree Empty { get; } = new([]);

    public IReadOnlyList<string> DiffIds { get; } = [.. Layers.Select(layer => layer.DiffId)];

    /// <summary>Its layers' names in the snapshotter, bottom first.</summary>
    public IReadOnlyList<string> ChainIds { get; } = Digest.ChainIds([.. Layers.Select(layer => layer.DiffId)]);

    /// <summary>What it is called in keys: two trees of one name have the same files.</summary>
    public string Name => ChainIds.Count > 0 ? ChainIds[^1] : "scratch";

    /// <param name="layer">Null for a step that has changed nothing.</param>
    public BuiltTree With(TreeLayer? layer) => layer is null ? this : new BuiltTree([.. Layers, layer]);
}
