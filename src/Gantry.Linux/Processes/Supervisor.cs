using Gantry.Linux.Files;
using Gantry.Linux.Native;

namespace Gantry.Linux.Processes;

/// <summary>What a process does to itself to look after others for a long time.</summary>
public static unsafe class Supervisor
{
    private const int PR_SET_CHILD_SUBREAPER = 36, Ignore = 1;

    /// <summary>
    /// Own session, no working directory that could keep a file system busy, parent of orphaned descendants, deaf to requests to end:
    /// a terminal's, a service manager's to everything around the daemon, a timer's, and a peer's that has closed its socket (SIGPIPE).
    /// </summary>
    public static void Become()
    {
        _ = ProcessCalls.setsid();
        if (ProcessCalls.chdir("/") < 0) throw KernelException.Last("chdir", "/");
        if (SystemCalls.syscall(SyscallNumber.Prctl, PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) < 0)
            throw KernelException.Last("become subreaper");
        foreach (int number in Signals.Deadly) ProcessCalls.signal(number, Ignore);
        foreach (int number in (ReadOnlySpan<int>)[13, 20, 21, 22]) ProcessCalls.signal(number, Ignore);
    }

    /// <returns>3 when that is a UNIX socket, inherited from whoever started this process; -1 when it is not.</returns>
    public static int TakeControlDescriptor()
    {
        int domain = 0;
        uint size = sizeof(int);
        if (SocketCalls.getsockopt(3, SocketCalls.SOL_SOCKET, SocketCalls.SO_DOMAIN, &domain, &size) < 0 || domain != SocketCalls.AF_UNIX)
            return -1;
        Files.Descriptor.SetCloseOnExec(3, true);
        Files.Descriptor.SetNonBlocking(3, true);
        return 3;
    }
}
