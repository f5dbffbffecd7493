using System.ComponentModel;
using Gantry.Linux.Trees;

namespace Gantry.Storage.Snapshots;

/// <summary>Waits until everything written to a file system is on disk.</summary>
internal static class FileSystemSync
{
    /// <remarks>
    /// In a process of its own: syncfs(2) cannot be interrupted, not even by SIGKILL, and waits for what others have written too.
    /// A daemon inside it would hold its data root until then, and its successor could not start.
    /// </remarks>
    /// <exception cref="GantryException">Internal: the disk refuses. Unavailable: it does not come to an end.</exception>
    public static void Run(string directory)
    {
        Subprocess.Result result;
        try
        {
            result = Subprocess.RunAsync("sync", ["-f", directory]).GetAwaiter().GetResult();
        }
        catch (Win32Exception)
        {
            // No such program: then as well as it goes.
            using DirectoryHandle handle = DirectoryHandle.Open(directory);
            handle.SyncFileSystem();
            return;
        }
        if (result.ExitCode != 0) throw GantryException.Internal($"sync {directory}: {result.Error.Trim()}");
    }
}
