namespace Gantry.Build.Graph;

/// <summary>A tree that is there: an image's, or the empty one.</summary>
public sealed class TreeVertex : Vertex
{
    public required BuiltTree Tree { get; init; }
}
