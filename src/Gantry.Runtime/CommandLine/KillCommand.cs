using Gantry.Linux;
using Gantry.Linux.Processes;
using Gantry.Runtime.Cgroups;
using Gantry.Runtime.Containers;

namespace Gantry.Runtime.CommandLine;

internal static class KillCommand
{
    internal static int Run(GlobalOptions global, ReadOnlySpan<string> args)
    {
        OptionParser options = new(args, "all|a");
        ContainerState state = ContainerState.Load(global.Root, options.Id("kill"));
        int signal = Signals.Parse(options.Arguments.Length > 1 ? options.Arguments[1] : "SIGTERM");
        if (options.Has("all"))
        {
            ContainerCgroup.At(state.CgroupPath).SignalAll(signal);
            return 0;
        }
        using SafeFileDescriptor? process = PidFd.Open(state.Pid);
        // The number is checked with the descriptor in hand: from then on it cannot become another process.
        if (process is null || !ProcessIdentity.Matches(state.Pid, state.StartTime) || !PidFd.Signal(process, signal))
            throw GantryException.Conflict("container not running");
        return 0;
    }
}
