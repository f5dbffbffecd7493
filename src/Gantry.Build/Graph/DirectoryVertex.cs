namespace Gantry.Build.Graph;

/// <summary>A directory that is there afterwards, with those above it.</summary>
public sealed class DirectoryVertex : Vertex
{
    /// <summary>Absolute; links in it are followed inside the tree.</summary>
    public required string Path { get; init; }

    /// <summary>Of what is made: <c>user[:group]</c>, looked up in the tree; empty for root.</summary>
    public string Owner { get; init; } = "";

    /// <summary>What is made has this time, so that it is the same whenever it is made.</summary>
    public DateTimeOffset Time { get; init; } = DateTimeOffset.UnixEpoch;
}
