namespace Gantry.Build.Space;

/// <summary>How much may stay, in bytes; 0 says nothing.</summary>
/// <param name="Reserved">So much stays in any case.</param>
/// <param name="MaxUsed">No more than that stays.</param>
/// <param name="MinFree">Shall be free on the disk.</param>
public sealed record CacheBound(long Reserved = 0, long MaxUsed = 0, long MinFree = 0)
{
    public static CacheBound None { get; } = new();

    /// <param name="used">What all of it takes.</param>
    /// <param name="free">What is free on the disk.</param>
    /// <returns>What may stay; 0 for nothing.</returns>
    public long Keep(long used, long free)
    {
        if (this == None) return 0;
        // Alone, what is reserved is what may stay.
        long most = MaxUsed > 0 ? MaxUsed : MinFree > 0 ? long.MaxValue : 0;
        if (MinFree > free) most = Math.Min(most, used - (MinFree - free));
        return Math.Max(most, Reserved);
    }
}
