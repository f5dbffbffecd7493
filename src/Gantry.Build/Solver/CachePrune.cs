namespace Gantry.Build.Solver;

/// <summary>What of the cache may go.</summary>
public sealed record CachePrune
{
    /// <summary>Also what an image has as a layer: the image stays, a build of it is not known any more.</summary>
    public bool All { get; init; }
    /// <summary>Only what was not used for so long.</summary>
    public TimeSpan UnusedFor { get; init; }
    /// <summary>Only these kinds; empty for all.</summary>
    public IReadOnlyList<string> Kinds { get; init; } = [];
    /// <summary>Only keys that begin so; empty for all.</summary>
    public IReadOnlyList<string> Ids { get; init; } = [];
    /// <summary>Bytes that may stay, what was used last before the rest; null for none.</summary>
    public long? Keep { get; init; }
    /// <summary>Bytes that shall be free on the disk: once they are, the rest stays.</summary>
    public long? FreeSpace { get; init; }

    /// <param name="shared">Chain IDs of layers that images have.</param>
    /// <param name="free">Bytes that are free on the disk.</param>
    /// <returns>What goes, what was used least lately first.</returns>
    public IReadOnlyList<CacheEntry> Choose(StepCache cache, IReadOnlySet<string> shared, long free, DateTimeOffset now)
    {
        IReadOnlySet<string> inUse = cache.InUse;
        IReadOnlyList<CacheEntry> all = cache.Entries;
        long stays = all.Sum(entry => entry.Size);
        List<CacheEntry> chosen = [];
        foreach (CacheEntry entry in all.Where(entry => !inUse.Contains(entry.Key) && Fits(entry, shared, now)))
        {
            if (Keep is { } keep && stays <= keep && (FreeSpace is not { } wanted || free >= wanted)) break;
            chosen.Add(entry);
            stays -= entry.Size;
            free += entry.Size;
        }
        return chosen;
    }

    private bool Fits(CacheEntry entry, IReadOnlySet<string> shared, DateTimeOffset now) =>
        (All || entry.Chain is null || !shared.Contains(entry.Chain))
        && now - (entry.LastUsed ?? entry.Created) >= UnusedFor
        && (Kinds.Count == 0 || Kinds.Contains(entry.Kind))
        && (Ids.Count == 0 || Ids.Any(id => entry.Key.StartsWith(id, StringComparison.Ordinal)));
}
