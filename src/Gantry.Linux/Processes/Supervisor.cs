using System.Runtime.InteropServices;
using Gantry.Linux.Files;

namespace Gantry.Linux.Processes;

/// <summary>What a process does to itself to look after others for a long time.</summary>
public static unsafe partial class Supervisor
{
    private const int PR_SET_CHILD_SUBREAPER = 36, SOL_SOCKET = 1, SO_DOMAIN = 39, AF_UNIX = 1, Ignore = 1;

    /// <summary>
    /// Own session, no working directory that could keep a file system busy, parent of orphaned descendants, deaf to requests to end:
    /// a terminal's, a service manager's to everything around the daemon, a timer's, and a peer's that has closed its socket (SIGPIPE).
    /// </summary>
    public static void Become()
    {
        setsid();
        if (NativeFile.chdir("/") < 0) throw KernelException.Last("chdir", "/");
        if (prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) < 0) throw KernelException.Last("become subreaper");
        foreach (int number in Signals.Deadly) NativeProcess.signal(number, Ignore);
        foreach (int number in (ReadOnlySpan<int>)[13, 20, 21, 22]) NativeProcess.signal(number, Ignore);
    }

    /// <returns>3 when that is a UNIX socket, inherited from whoever started this process; -1 when it is not.</returns>
    public static int TakeControlDescriptor()
    {
        int domain = 0;
        uint size = sizeof(int);
        if (getsockopt(3, SOL_SOCKET, SO_DOMAIN, &domain, &size) < 0 || domain != AF_UNIX) return -1;
        Files.Descriptor.SetCloseOnExec(3, true);
        Files.Descriptor.SetNonBlocking(3, true);
        return 3;
    }

    [LibraryImport("libc")] private static partial int setsid();
    [LibraryImport("libc", SetLastError = true)] private static partial int prctl(int option, nuint a, nuint b, nuint c, nuint d);
    [LibraryImport("libc", SetLastError = true)] private static partial int getsockopt(int fd, int level, int name, int* value, uint* size);
}
