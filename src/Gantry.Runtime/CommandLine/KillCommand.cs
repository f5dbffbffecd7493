using Gantry.Linux;
using Gantry.Linux.Processes;
using Gantry.Runtime.Containers;
using Gantry.Runtime.Processes;

namespace Gantry.Runtime.CommandLine;

internal static class KillCommand
{
    public static Command Command =>
        new("kill", "ID [SIGNAL]", "send a signal to the container's first process: a number or a name, TERM when none is given", Run,
        "all|a  to every process of the container, also when the first has ended");

    private static int Run(GlobalOptions global, OptionParser options)
    {
        ContainerState state = ContainerState.Load(global.Root, options.Id);
        string text = options.Arguments.Length > 1 ? options.Arguments[1] : "SIGTERM";
        // 0 only asks whether there is somebody to get one.
        int signal = text == "0" ? 0 : Signals.Parse(text);
        if (options.Has("all"))
        {
            ContainerSignal.SendAll(signal, state.Processes(global.Root), state.Cgroup());
            return 0;
        }
        using SafeFileDescriptor? process = PidFd.Open(state.Pid);
        // The number is checked with the descriptor in hand: from then on it cannot become another process.
        if (process is null || !ProcessIdentity.Matches(state.Pid, state.StartTime)
            || !ContainerSignal.Send(signal, process, state.Cgroup()))
            throw GantryException.Conflict("container not running");
        return 0;
    }
}
