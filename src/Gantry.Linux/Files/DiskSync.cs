using System.Runtime.InteropServices;
using Gantry.Linux.Native;

namespace Gantry.Linux.Files;

/// <summary>Waits until files are on disk with their content, and directories with their names:
/// a file that was made or renamed is found after a power loss once its directory is there too.</summary>
public static class DiskSync
{
    private const int StackSize = 64 << 10;

    /// <summary>
    /// All of them at the same time, each in a thread: what waits for a commit of the journal waits for the same one then,
    /// and the disk's cache is flushed once and not after each.
    /// </summary>
    /// <exception cref="IOException">The disk refuses.</exception>
    public static void All(params IReadOnlyList<string> paths)
    {
        int[] refused = new int[paths.Count];
        List<Thread> others = [];
        for (int i = 1; i < paths.Count; i++)
        {
            int which = i;
            Thread thread = new(() => refused[which] = Sync(paths[which]), StackSize) { IsBackground = true };
            thread.Start();
            others.Add(thread);
        }
        if (paths.Count > 0) refused[0] = Sync(paths[0]);
        others.ForEach(static thread => thread.Join());
        int failed = Array.FindIndex(refused, static errno => errno != 0);
        if (failed < 0) return;
        KernelException failure = new("sync", refused[failed], paths[failed]);
        // As the framework's own writes: whoever saves something knows these.
        throw new IOException(failure.Message, failure);
    }

    private static int Sync(string path)
    {
        using SafeFileDescriptor? file = LinuxFile.TryOpen(path, OpenFlags.ReadOnly, out KernelException? error);
        if (file is null) return error!.Errno;
        int errno = DescriptorCalls.fsync(file) == 0 ? 0 : Marshal.GetLastPInvokeError();
        // Some file systems have nothing to sync there.
        return errno == Errno.EINVAL ? 0 : errno;
    }
}
