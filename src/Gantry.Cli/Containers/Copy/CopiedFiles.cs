using Gantry.Api.Containers;
using Gantry.Linux.Trees;
using Gantry.Storage.Archives;
using Gantry.Storage.Layers;

namespace Gantry.Cli.Containers.Copy;

/// <summary>What comes out of a container becomes files of this machine: below the target,
/// whatever the container put into the archive.</summary>
internal static class CopiedFiles
{
    /// <param name="source">As it was asked for: its last part is the first of the archive's names.</param>
    /// <param name="newName">The link's own name, when what it leads to was asked for.</param>
    /// <returns>Bytes of archive.</returns>
    public static long Unpack(Stream archive, string source, ContainerPathStatus status, string? newName, LocalTarget target,
        bool withOwners)
    {
        // JSON holds no name that is no text.
        string own = status.Name.Contains('\uFFFD') ? LocalFiles.Split(source).Name : status.Name;
        (string directory, string name) = CopyTarget.Choose(newName ?? own, status.IsDirectory, target.Path, target.IsDirectory);
        long size = 0;
        using TeeStream counted = new(archive, piece => size += piece.Length);
        ExtractRules rules = new()
        {
            Base = target.IsDirectory == true && newName is null ? null : own is "/" or "." ? [] : PathBytes.Of(own),
            NewBase = PathBytes.Of(name),
            Owner = withOwners ? null : ExtractRules.Unchanged, KeepKinds = true,
        };
        using DirectoryHandle root = LocalFiles.Open(directory);
        TreeExtract.Run(root, counted, rules, CancellationToken.None);
        return size;
    }
}
