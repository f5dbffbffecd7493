using System.Runtime.InteropServices;
using Gantry.Linux.Processes;

namespace Gantry.Cli.Terminal;

/// <summary>
/// SIGINT ends this program as its own decision: a shell that sees it die of the signal ends its script, and the rest of a list of
/// commands, along with it.
/// </summary>
internal static class Interrupt
{
    private const int Status = 130;

    private static int _forwarded;

    /// <returns>To be kept as long as the program runs; null when SIGINT is ignored, as in the background of a script.</returns>
    public static IDisposable? Watch()
    {
        if (ThisProcess.Ignores(Signals.Int)) return null;
        return PosixSignalRegistration.Create(PosixSignal.SIGINT, context =>
        {
            context.Cancel = true;
            // The main thread may be in the middle of a read or a write, and what it holds ends with it.
            if (Volatile.Read(ref _forwarded) == 0) Environment.Exit(Status);
        });
    }

    /// <summary>A container gets the signals from now on; what they mean is its decision.</summary>
    public static void Forward() => Interlocked.Increment(ref _forwarded);

    public static void ForwardNoMore() => Interlocked.Decrement(ref _forwarded);
}
