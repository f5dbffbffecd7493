using Gantry.Linux.Trees;
using Gantry.Oci.Runtime;
using Gantry.Runtime.Containers;
using Gantry.Runtime.Hooks;

namespace Gantry.Runtime.CommandLine;

internal static class DeleteCommand
{
    public static Command Command =>
        new("delete", "ID", "remove a container that has stopped", Run, "force|f  end it first if it has not; no error if there is none");

    private static int Run(GlobalOptions global, OptionParser options)
    {
        string id = options.Id;
        bool force = options.Has("force");
        ContainerState state;
        try
        {
            state = ContainerState.Load(global.Root, id);
        }
        catch (GantryException e) when (force && e.Kind == ErrorKind.NotFound)
        {
            EndUnfinished(global, id);
            return 0;
        }
        string status = state.Status(global.Root);
        if (status is "running" or "paused" && !force)
            throw GantryException.Conflict($"cannot delete container {id} that is not stopped: {status}");
        state.Processes(global.Root).KillFirst();
        Remove(global, state);
        return 0;
    }

    // A create that was killed half-way: nobody was to see its state yet, and its process may live.
    private static void EndUnfinished(GlobalOptions global, string id)
    {
        if (ContainerState.TryLoadUnfinished(global.Root, id) is { } unfinished)
        {
            unfinished.Processes(global.Root).KillFirst();
            unfinished.Cgroup().Remove(unfinished.Processes(global.Root));
        }
        TreeRemoval.Remove(ContainerState.Directory(global.Root, id));
    }

    /// <summary>Takes away what is left of a container whose first process is gone or about to be.</summary>
    public static void Remove(GlobalOptions global, ContainerState state)
    {
        state.Cgroup().Remove(state.Processes(global.Root));
        TreeRemoval.Remove(ContainerState.Directory(global.Root, state.Id));
        if (!File.Exists(Path.Combine(state.Bundle, Bundle.ConfigName))) return;
        OciSpec spec = Bundle.Load(state.Bundle).Spec;
        HookRunner.RunAllTolerant(spec.Hooks?.Poststop, "poststop", HookRunner.State(state.Id, "stopped", 0, state.Bundle, spec),
            global.Log.Warning);
    }
}
