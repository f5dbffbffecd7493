using System.Runtime.InteropServices;

namespace Gantry.EndToEnd.Processes;

public static partial class Signals
{
    public static void Kill(int process) => kill(process, 9);
    public static void Hangup(int process) => kill(process, 1);
    public static void Terminate(int process) => kill(process, 15);
    public static void Send(int process, int signal) => kill(process, signal);
    public static bool Lives(int process) => kill(process, 0) == 0;

    /// <returns>Whether the process has a handler for the signal; true as well of one that has ended.</returns>
    public static bool IsHandled(int process, int signal)
    {
        try
        {
            string line = File.ReadLines($"/proc/{process}/status")
                .First(static line => line.StartsWith("SigCgt:", StringComparison.Ordinal));
            return (Convert.ToUInt64(line[(line.IndexOf('\t') + 1)..], 16) >> (signal - 1) & 1) == 1;
        }
        catch (IOException)
        {
            return !Lives(process);
        }
    }

    [LibraryImport("libc")] private static partial int kill(int pid, int sig);
}
