namespace Gantry.Build.Space;

/// <summary>What bounds the cache when nobody prunes it: rules that are followed one after the other.</summary>
public static class CachePolicy
{
    private const long Megabyte = 1 << 20, Gigabyte = 1L << 30;

    /// <summary>For daemons that say nothing, as Docker has it for a disk of this size.</summary>
    public static CacheBound UsualBound(long disk) =>
        new(Math.Min(disk / 10, 10 * Gigabyte), Math.Min(disk / 10 * 6, 100 * Gigabyte), Math.Min(disk / 5, 20 * Gigabyte));

    /// <summary>First what is easily made again, then what is old, then what no image has, and last what images have too.</summary>
    public static IReadOnlyList<CacheRule> Usual(CacheBound bound) =>
    [
        new(new CacheFilter { Kinds = ["source.local", "exec.cachemount", "source.git.checkout"], UnusedFor = TimeSpan.FromHours(48) },
            new CacheBound(MaxUsed: 512 * Megabyte)),
        new(new CacheFilter { UnusedFor = TimeSpan.FromDays(60) }, bound),
        new(new CacheFilter(), bound),
        new(new CacheFilter { All = true }, bound),
    ];
}
