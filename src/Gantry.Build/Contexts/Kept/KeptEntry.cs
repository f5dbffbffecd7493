using Gantry.Build.Transfer;
using Gantry.Linux.Files;

namespace Gantry.Build.Contexts.Kept;

/// <summary>One file of a client's directory, as it was told and as it lies here.</summary>
internal sealed class KeptEntry(FileStat stat)
{
    public FileStat Stat { get; } = stat;

    public FileKind Kind => Stat.Kind ?? FileKind.Regular;

    /// <summary>Of a second name the file that it is one of.</summary>
    public KeptEntry? First { get; init; }

    /// <summary>The SHA-256 of a regular file's content; null until it has come.</summary>
    public byte[]? Digest { get; set; }

    /// <summary>Of a regular file where it lies here; 0 until it does.</summary>
    public ulong Inode { get; set; }

    /// <summary>It is not in the tree yet, or not as it was told.</summary>
    public bool IsFresh { get; set; } = true;

    /// <summary>Its number among those that were told; its content lies under that until it gets its place.</summary>
    public uint Id { get; init; }

    /// <summary>It has a content of its own that must be asked for.</summary>
    public bool HasContent => Kind == FileKind.Regular && First is null;
}
