using Gantry.Runtime.Containers;

namespace Gantry.Runtime.CommandLine;

internal static class PauseCommand
{
    public static Command Command => new("pause", "ID", "make every process of a container stand still", Run);

    private static int Run(GlobalOptions global, OptionParser options)
    {
        ContainerState state = ContainerState.Load(global.Root, options.Id);
        string status = state.Status(global.Root);
        if (status is not ("running" or "created")) throw GantryException.Conflict($"container not running or created: {status}");
        state.Cgroup().Freeze();
        return 0;
    }
}
