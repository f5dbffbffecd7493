using Gantry.Build.Transfer;

namespace Gantry.Build.Contexts.Kept;

/// <summary>Bounds on what a client may make of memory and disk.</summary>
internal sealed record ReceiveLimits
{
    public int MaxEntries { get; init; } = 1_000_000;
    /// <summary>Bytes of memory for what is told of all files, as <see cref="MemoryOf"/> counts them.</summary>
    public long MaxMemory { get; init; } = 256 << 20;
    /// <summary>Bytes of all contents; as much as an archive may have.</summary>
    public long MaxSize { get; init; } = 256L << 30;

    /// <summary>About what is kept of one file while a build goes on: its names, and what lies around them. Otherwise a million of short
    /// names, or attributes that are nothing but many, would be for nothing.</summary>
    public static long MemoryOf(FileStat stat)
    {
        const int entry = 128, attribute = 80;
        long bytes = entry + stat.Path.Length + stat.Target.Length;
        foreach ((byte[] name, byte[] value) in stat.Attributes) bytes += attribute + name.Length + value.Length;
        return bytes;
    }
}
