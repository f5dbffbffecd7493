using Gantry.Linux.Trees;

namespace Gantry.Build.Files;

/// <summary>Where a selection goes, and how it looks there.</summary>
public sealed record CopyOptions
{
    /// <summary>Absolute; links in it are followed inside the destination's root.</summary>
    public required string Destination { get; init; }

    /// <summary>Files go into the destination under their names, and it is made where it is missing: it was written with a slash at the
    /// end, or there are several sources.</summary>
    public bool IsDirectory { get; init; }

    /// <summary>Where the root is an overlay: its own layer, so that a directory that is made lies there alone. Null for any other root.
    /// </summary>
    public DirectoryHandle? Own { get; init; }

    /// <summary>Of all that is copied or made; null for root.</summary>
    public (uint User, uint Group)? Owner { get; init; }

    /// <summary>Without <see cref="Owner"/> what is copied belongs to whom it belongs in the source, which has the same accounts; what is
    /// made on the way, and the top of a directory, to root.</summary>
    public bool KeepsOwners { get; init; }

    /// <summary>What is copied gets this mode instead of the source's; directories made on the way have 0755.</summary>
    public ModeChange? Mode { get; init; }

    /// <summary>The time of directories that had to be made; null for the newest time of what was copied, so that the same sources give
    /// the same result.</summary>
    public FileTime? MadeTime { get; init; }

    /// <summary>Of all that is copied, instead of the times that it has; null for those.</summary>
    public FileTime? Time { get; init; }

    /// <summary>A directory of the source is copied itself, into the destination where that is one, else under the destination's name.
    /// </summary>
    public bool Whole { get; init; }

    /// <summary>The directory that the destination lies in must be there.</summary>
    public bool NeedsParent { get; init; }

    /// <summary>A directory and what is none replace each other.</summary>
    public bool Replaces { get; init; }

    /// <summary>A source that is an archive is unpacked, with the archive's owners, as ADD does.</summary>
    public bool Unpack { get; init; }
}
