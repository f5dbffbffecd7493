using Gantry.Linux.Trees;

namespace Gantry.Build.Files;

/// <summary>One source after its pattern was resolved: a file, or the content of a directory.</summary>
/// <param name="IsDirectory">Whether what is in it goes to the destination, not it itself.</param>
/// <param name="Directories">Each after the one that it lies in; the first is the destination, which no source describes.</param>
public sealed record SelectedSource(bool IsDirectory, IReadOnlyList<SelectedDirectory> Directories)
{
    /// <summary>What it is called where it was looked for, before any link at the end is followed; empty for the root.</summary>
    public byte[] Name { get; init; } = [];
}

/// <summary>A directory of a source, and what of it is copied but directories.</summary>
/// <param name="Path">From the root of the tree, without links; empty for the root.</param>
/// <param name="Target">From the destination; empty for that itself.</param>
public sealed record SelectedDirectory(byte[] Path, byte[] Target, FileStatus Status, IReadOnlyList<SelectedFile> Files);

/// <summary>Anything but a directory.</summary>
/// <param name="Name">In its directory.</param>
/// <param name="Target">Its name below the destination; another one where a link was followed.</param>
public readonly record struct SelectedFile(byte[] Name, byte[] Target, FileStatus Status);
