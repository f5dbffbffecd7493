using Gantry.Linux.Processes;
using Gantry.Oci.Runtime;
using Gantry.Runtime.Cgroups;
using Gantry.Runtime.Checkpoints;
using Gantry.Runtime.Containers;
using Gantry.Runtime.Hooks;
using Gantry.Runtime.Launching;

namespace Gantry.Runtime.CommandLine;

internal static class RestoreCommand
{
    public static Command Command =>
        new("restore", "ID", "make a container again from what checkpoint wrote, and wait for it unless told otherwise", Run,
    [
        .. CheckpointOptions.Declared,
        "bundle|b=DIR  the directory with config.json (default the working directory)",
        "detach|d  return when it runs",
        "console-socket=SOCKET  a listening UNIX socket that gets the terminal's master",
        "pid-file=FILE  gets the number of the first process",
        "no-subreaper  accepted; orphans are never ours",
        "no-pivot  accepted; CRIU decides",
    ]);

    private static int Run(GlobalOptions global, OptionParser options)
    {
        OciSpec spec = NewContainer.Load(options, out string bundle).Spec;
        CheckpointRecord record = CheckpointRecord.Read(CheckpointOptions.Images(options));
        using ForegroundProcess? foreground = options.Has("detach") ? null : new ForegroundProcess();
        NewContainer.CheckTerminal(options, spec.Process?.Terminal == true, options.Has("detach"));
        CriuOptions passed = CheckpointOptions.Passed(options);
        using PreparedUnit? unit = global.SystemdCgroup ? new PreparedUnit(options.Id, spec, global.Rootless) : null;
        (ChildProcess process, ContainerState state, int master) = CheckpointRestore.Run(
            CheckpointOptions.Criu(global, options), global.Root, options.Id, bundle, spec, record, unit, passed, global.Log.Warning);
        using (process)
        {
            foreground?.Listen();
            NewContainer.Introduce(options, process.Pid, process.PidFd, master);
            HookRunner.RunAllTolerant(spec.Hooks?.Poststart, "poststart", HookRunner.State(state.Id, "running", state.Pid, bundle, spec),
                global.Log.Warning);
            if (foreground is null) return 0;
            int code = foreground.Wait(process.PidFd, options["console-socket"] is null ? master : -1);
            DeleteCommand.Remove(global, state);
            return code;
        }
    }
}
