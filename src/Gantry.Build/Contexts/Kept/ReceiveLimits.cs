namespace Gantry.Build.Contexts.Kept;

/// <summary>Bounds on what a client may make of memory and disk.</summary>
internal sealed record ReceiveLimits
{
    public int MaxEntries { get; init; } = 1_000_000;
    /// <summary>Bytes of all paths, link targets and attributes.</summary>
    public long MaxNames { get; init; } = 256 << 20;
    /// <summary>Bytes of all contents; as much as an archive may have.</summary>
    public long MaxSize { get; init; } = 256L << 30;
}
