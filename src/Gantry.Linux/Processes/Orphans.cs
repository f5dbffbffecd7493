using System.Runtime.InteropServices;
using Gantry.Linux.Native;

namespace Gantry.Linux.Processes;

/// <summary>Children that came to a subreaper when their own parent ended; nobody else collects them.</summary>
public static unsafe class Orphans
{
    private const int AnyChild = 0, ByPid = 1, Exited = 4, NoHang = 1, NoReap = 0x01000000;

    /// <summary>Collects ended children, up to the first one that <paramref name="isKnown"/> says is waited for elsewhere.</summary>
    /// <returns>How many were collected.</returns>
    public static int Reap(Func<int, bool> isKnown)
    {
        int count = 0;
        while (true)
        {
            ProcessCalls.SignalDetails details = default;
            // ECHILD: there is no child at all.
            if (ProcessCalls.waitid(AnyChild, 0, &details, Exited | NoHang | NoReap, 0) < 0
                && Marshal.GetLastPInvokeError() != Errno.EINTR) return count;
            if (details.Pid == 0 || isKnown(details.Pid)) return count;
            if (ProcessCalls.waitid(ByPid, (uint)details.Pid, &details, Exited | NoHang, 0) < 0) return count;
            count++;
        }
    }
}
