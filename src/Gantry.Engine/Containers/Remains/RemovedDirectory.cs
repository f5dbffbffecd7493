using Gantry.Linux;
using Gantry.Linux.Trees;

namespace Gantry.Engine.Containers.Remains;

/// <summary>A removed container's directory, <c>&lt;id&gt;.removed</c>: with the rename it is gone for everybody, whatever fails
/// afterwards.</summary>
internal static class RemovedDirectory
{
    public const string Suffix = ".removed";

    /// <summary>So long what is mounted there may take to go: a mount point is moved by nobody.</summary>
    private static readonly TimeSpan BusyLimit = TimeSpan.FromSeconds(3), Turn = TimeSpan.FromMilliseconds(20);

    /// <returns>What is left to be deleted; nothing may be there, when somebody deleted it by hand.</returns>
    /// <exception cref="GantryException">Conflict: something is mounted there, and stays.</exception>
    public static async Task<string> MakeAsync(ContainerPaths paths, TimeProvider time)
    {
        string path = paths.Directory, doomed = path + Suffix;
        if (!Directory.Exists(path)) return doomed;
        // Of an earlier try.
        TreeRemoval.Remove(doomed);
        using DirectoryHandle all = DirectoryHandle.Open(Path.GetDirectoryName(path)!);
        for (long start = time.GetTimestamp(); ; await Task.Delay(Turn, time))
        {
            int errno = all.TryRename(PathBytes.Of(Path.GetFileName(path)), all, PathBytes.Of(Path.GetFileName(doomed)));
            if (errno is 0 or Errno.ENOENT) return doomed;
            KernelException failure = new("rename", errno, path,
                hint: errno == Errno.EBUSY ? "something is mounted there: unmount it first" : null);
            if (errno != Errno.EBUSY) throw failure;
            if (time.GetElapsedTime(start) > BusyLimit) throw new GantryException(ErrorKind.Conflict, failure.Message, failure);
        }
    }
}
