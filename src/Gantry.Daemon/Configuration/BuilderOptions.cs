using Gantry.Build.Space;

namespace Gantry.Daemon.Configuration;

/// <summary><c>builder</c> of <c>daemon.json</c>: what bounds the cache of builds.</summary>
public sealed class BuilderOptions
{
    public bool IsBounded { get; set; } = true;

    /// <summary>For the usual policy.</summary>
    public CacheBound Bound { get; set; } = CacheBound.None;

    /// <summary>Null for the usual one.</summary>
    public IReadOnlyList<CacheRule>? Policy { get; set; }

    /// <param name="disk">Bytes of the whole disk.</param>
    public IReadOnlyList<CacheRule> Rules(long disk) => !IsBounded ? []
        : Policy ?? CachePolicy.Usual(Bound == CacheBound.None ? CachePolicy.UsualBound(disk) : Bound);
}
