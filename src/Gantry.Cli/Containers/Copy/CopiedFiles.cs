using Gantry.Api;
using Gantry.Linux.Trees;
using Gantry.Storage;
using Gantry.Storage.Archives;

namespace Gantry.Cli;

/// <summary>What comes out of a container becomes files of this machine: below the target, whatever the container put into the archive.</summary>
internal static class CopiedFiles
{
    /// <param name="newName">The link's own name, when what it leads to was asked for.</param>
    /// <returns>Bytes of archive.</returns>
    public static long Unpack(Stream archive, ContainerPathStatus status, string? newName, string target, bool withOwners)
    {
        bool? kind = LocalPath.Kind(target);
        (string directory, string name) = CopyTarget.Choose(newName ?? status.Name, status.IsDirectory, Path.GetFullPath(target) + (target.EndsWith('/') ? "/" : ""), kind);
        long size = 0;
        using TeeStream counted = new(archive, piece => size += piece.Length);
        ExtractRules rules = new()
        {
            Base = kind == true && newName is null ? null : status.Name is "/" or "." ? [] : PathBytes.Of(status.Name), NewBase = PathBytes.Of(name),
            Owner = withOwners ? null : ExtractRules.Unchanged, KeepKinds = true,
        };
        using DirectoryHandle root = DirectoryHandle.Open(directory);
        TreeExtract.Run(root, counted, rules, CancellationToken.None);
        return size;
    }
}
