namespace Gantry.Build.Space;

/// <summary>One thing that builds keep for the next ones, as it is listed and pruned.</summary>
/// <param name="Id">Of a step its key, of a directory of commands its name.</param>
/// <param name="Kind">In Docker's words: <c>regular</c>, <c>exec.cachemount</c>.</param>
/// <param name="Title">For people.</param>
public sealed record CacheRecord(string Id, string Kind, string Title)
{
    /// <summary>The record that it stands on; null for none.</summary>
    public string? Parent { get; init; }
    /// <summary>A build is at work with it.</summary>
    public bool InUse { get; init; }
    /// <summary>Images have its layer too.</summary>
    public bool IsShared { get; init; }
    /// <summary>Bytes in its files.</summary>
    public long Size { get; init; }
    public DateTimeOffset Created { get; init; }
    public DateTimeOffset? LastUsed { get; init; }
    public int Uses { get; init; }
    /// <summary>The layers that stay because of it and that no image has, with their bytes.</summary>
    public IReadOnlyDictionary<string, long> Layers { get; init; } = NoLayers;

    private static readonly Dictionary<string, long> NoLayers = [];
}
