namespace Gantry.Build.Graph;

/// <summary>A tree that a vertex gives beside its own.</summary>
public sealed class FurtherVertex : Vertex
{
    public required Vertex Of { get; init; }

    /// <summary>Its place in <see cref="Vertex.Further"/>.</summary>
    public required int Number { get; init; }

    public override IReadOnlyList<Vertex> Inputs => [Of, Of.Inputs[Of.Further[Number]]];
}
