using Gantry.Runtime.Cgroups;
using Gantry.Runtime.Containers;

namespace Gantry.Runtime.CommandLine;

internal static class PauseCommand
{
    internal static int Pause(GlobalOptions global, ReadOnlySpan<string> args)
    {
        ContainerState state = ContainerState.Load(global.Root, new OptionParser(args).Id("pause"));
        string status = state.Status(global.Root);
        if (status is not ("running" or "created")) throw GantryException.Conflict($"container not running or created: {status}");
        ContainerCgroup.At(state.CgroupPath).Freeze();
        return 0;
    }

    internal static int Resume(GlobalOptions global, ReadOnlySpan<string> args)
    {
        ContainerState state = ContainerState.Load(global.Root, new OptionParser(args).Id("resume"));
        if (state.Status(global.Root) != "paused") throw GantryException.Conflict("container not paused");
        ContainerCgroup.At(state.CgroupPath).Thaw();
        return 0;
    }
}
