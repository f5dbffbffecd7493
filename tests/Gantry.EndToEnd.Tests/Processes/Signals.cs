using System.Runtime.InteropServices;

namespace Gantry.EndToEnd.Processes;

public static partial class Signals
{
    public static void Kill(int process) => kill(process, 9);
    public static void Terminate(int process) => kill(process, 15);
    public static bool Lives(int process) => kill(process, 0) == 0;

    [LibraryImport("libc")] private static partial int kill(int pid, int sig);
}
