namespace Gantry.Build.Graph;

/// <summary>What one tree has that another has not, and what it has no more: by itself the former, on top of the other both.</summary>
public sealed class DifferenceVertex : LayersVertex
{
    public required Vertex Lower { get; init; }

    public required Vertex Upper { get; init; }

    public override IReadOnlyList<Vertex> Inputs => [Lower, Upper];

    /// <remarks>Where one stands on the other, it is the layers between them, as they are.</remarks>
    public override BuiltTree? Of(IReadOnlyList<BuiltTree> inputs)
    {
        (BuiltTree lower, BuiltTree upper) = (inputs[0], inputs[1]);
        int common = lower.Layers.Count;
        return upper.Layers.Count >= common && upper.DiffIds.Take(common).SequenceEqual(lower.DiffIds)
            ? new BuiltTree([.. upper.Layers.Skip(common)]) : null;
    }
}
