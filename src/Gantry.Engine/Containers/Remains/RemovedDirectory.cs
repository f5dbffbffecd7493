using Gantry.Linux;
using Gantry.Linux.Trees;

namespace Gantry.Engine.Containers.Remains;

/// <summary>A removed container's directory, <c>&lt;id&gt;.removed</c>: with the rename it is gone for everybody, whatever fails
/// afterwards.</summary>
internal static class RemovedDirectory
{
    public const string Suffix = ".removed";

    /// <returns>What is left to be deleted; nothing may be there, when somebody deleted it by hand.</returns>
    public static string Make(ContainerPaths paths)
    {
        string path = paths.Directory, doomed = path + Suffix;
        if (!Directory.Exists(path)) return doomed;
        // Of an earlier try.
        TreeRemoval.Remove(doomed);
        using DirectoryHandle all = DirectoryHandle.Open(Path.GetDirectoryName(path)!);
        int errno = all.TryRename(PathBytes.Of(Path.GetFileName(path)), all, PathBytes.Of(Path.GetFileName(doomed)));
        return errno is 0 or Errno.ENOENT ? doomed : throw new KernelException("rename", errno, path);
    }
}
