namespace Gantry.Build.Space;

/// <summary>Which records are meant: all that is said must fit.</summary>
public sealed record CacheFilter
{
    /// <summary>Also what images have as a layer: the image stays, a build of it is not known any more.</summary>
    public bool All { get; init; }
    /// <summary>Only what was not used for so long; null for all.</summary>
    public TimeSpan? UnusedFor { get; init; }
    /// <summary>Only these kinds; empty for all.</summary>
    public IReadOnlyList<string> Kinds { get; init; } = [];
    /// <summary>Only identifiers that begin so.</summary>
    public string Id { get; init; } = "";
    /// <summary>Only what stands on this record.</summary>
    public string? Parent { get; init; }
    public string? Title { get; init; }
    public bool? InUse { get; init; }
    public bool? IsShared { get; init; }

    public bool Fits(CacheRecord record, DateTimeOffset now) =>
        (All || !record.IsShared)
        && (UnusedFor is not { } age || now - (record.LastUsed ?? record.Created) >= age)
        && (Kinds.Count == 0 || Kinds.Contains(record.Kind))
        && record.Id.StartsWith(Id, StringComparison.Ordinal)
        && (Parent ?? record.Parent) == record.Parent && (Title ?? record.Title) == record.Title
        && (InUse ?? record.InUse) == record.InUse && (IsShared ?? record.IsShared) == record.IsShared;
}
