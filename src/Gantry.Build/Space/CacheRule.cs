namespace Gantry.Build.Space;

/// <summary>What of the cache may go, and how much of it stays all the same.</summary>
public sealed record CacheRule(CacheFilter Filter, CacheBound Bound)
{
    /// <param name="records">What was used least lately first.</param>
    /// <param name="free">Bytes that are free on the disk.</param>
    /// <returns>What goes, in that order.</returns>
    public IReadOnlyList<CacheRecord> Choose(IReadOnlyList<CacheRecord> records, long free, DateTimeOffset now)
    {
        CacheTotal total = new(records);
        long keep = Bound.Keep(total.Bytes, free);
        List<CacheRecord> chosen = [];
        foreach (CacheRecord record in records.Where(record => !record.InUse && Filter.Fits(record, now)))
        {
            if (Bound != CacheBound.None && total.Bytes <= keep) break;
            chosen.Add(record);
            total.Remove(record);
        }
        return chosen;
    }
}
