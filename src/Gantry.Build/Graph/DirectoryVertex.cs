namespace Gantry.Build.Graph;

/// <summary>A directory that is there afterwards, with those above it.</summary>
public sealed class DirectoryVertex : Vertex
{
    /// <summary>Absolute; links in it are followed inside the tree.</summary>
    public required string Path { get; init; }
}
