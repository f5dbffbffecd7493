namespace Gantry.Storage;

/// <summary>Bounds on what one layer may make of the disk; a hostile archive meets these before the disk is full of names.</summary>
public sealed record LayerLimits
{
    public long MaxEntries { get; init; } = 4_000_000;
    /// <summary>Sum of file sizes in bytes, holes included.</summary>
    public long MaxSize { get; init; } = 1L << 40;
}
