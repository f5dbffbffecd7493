using Gantry.Runtime.Containers;

namespace Gantry.Runtime.CommandLine;

internal static class ResumeCommand
{
    public static Command Command => new("resume", "ID", "let the processes of a paused container go on", Run);

    private static int Run(GlobalOptions global, OptionParser options)
    {
        ContainerState state = ContainerState.Load(global.Root, options.Id);
        if (state.Status(global.Root) != "paused") throw GantryException.Conflict("container not paused");
        state.Cgroup().Thaw();
        return 0;
    }
}
