using Gantry.Linux.Trees;

namespace Gantry.Build.Files;

/// <summary>The file system of a stage or an image.</summary>
/// <param name="root">Stays the caller's.</param>
public sealed class RootTree(DirectoryHandle root) : ISourceTree
{
    public DirectoryHandle Root => root;

    public string? HostPath => null;

    public byte[]? KnownDigest(in FileStatus file) => null;
}
