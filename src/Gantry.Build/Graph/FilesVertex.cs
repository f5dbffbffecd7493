namespace Gantry.Build.Graph;

/// <summary>Changes to the tree below, one after the other, that become one layer.</summary>
public sealed class FilesVertex : Vertex
{
    public required IReadOnlyList<FileAction> Actions { get; init; }

    public override IReadOnlyList<Vertex> Inputs => [.. base.Inputs, .. Actions.Select(action => action.Tree).OfType<Vertex>()];
}
