namespace Gantry.Storage.Layers;

/// <summary>Bounds on what one layer may make of the disk; a hostile archive meets these before the disk is full of names.</summary>
public sealed record LayerLimits
{
    /// <summary>What messages call the archive.</summary>
    public string Subject { get; init; } = "the layer";
    public long MaxEntries { get; init; } = 4_000_000;
    /// <summary>Sum of file sizes in bytes, holes included.</summary>
    public long MaxSize { get; init; } = 1L << 40;
    /// <summary>Bytes of a name with its directories. More than the kernel takes at once,
    /// because a process can go down step by step and build such trees.</summary>
    public int MaxName { get; init; } = 32 << 10;
    /// <summary>Directories above an entry.</summary>
    public int MaxDepth { get; init; } = 2048;
}
