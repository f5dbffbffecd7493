using Gantry.Linux;
using Gantry.Linux.Files;

namespace Gantry.Runtime.Processes;

/// <summary>Tells a process from a later one with its number.</summary>
internal static class ProcessIdentity
{
    /// <returns>The start time; null when there is no such process or it is a zombie.</returns>
    public static long? StartTime(int pid) => Fields(pid) is { } fields && !HasEnded(fields) ? long.Parse(fields[19]) : null;

    // A first thread that has ended shows as a zombie as long as others of the process run, which are counted with it.
    private static bool HasEnded(string[] fields) => fields[0] == "X" || fields[0] == "Z" && int.Parse(fields[17]) <= 1;

    /// <returns>0 when there is no such process, or its parent is in no namespace of ours.</returns>
    public static int Parent(int pid) => Fields(pid) is { } fields ? int.Parse(fields[1]) : 0;

    /// <returns>Those of proc_pid_stat(5) from the state on; null when there is no such process.</returns>
    private static string[]? Fields(int pid)
    {
        try
        {
            string stat = LinuxFile.ReadText($"/proc/{pid}/stat");
            // The name is in parentheses and may hold anything, so the fields are counted from the last one.
            return stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (KernelException e) when (e.Errno is Errno.ENOENT or Errno.ESRCH)
        {
            return null;
        }
    }

    /// <summary>Whether it is there and in our own user namespace.</summary>
    public static bool SharesUsers(int pid)
    {
        try
        {
            return LinuxFile.ReadLink($"/proc/{pid}/ns/user") == LinuxFile.ReadLink("/proc/self/ns/user");
        }
        catch (KernelException)
        {
            // Gone, or not ours to look at: what is asked next says so.
            return false;
        }
    }

    public static bool Matches(int pid, long startTime) => pid > 0 && StartTime(pid) == startTime;
}
