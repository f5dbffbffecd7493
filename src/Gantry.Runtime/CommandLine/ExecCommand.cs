using Gantry.Oci.Runtime.Reading;
using Gantry.Runtime.Cgroups;
using Gantry.Runtime.Containers;
using Gantry.Runtime.Launching;
using Gantry.Runtime.Processes;

namespace Gantry.Runtime.CommandLine;

internal static class ExecCommand
{
    /// <summary>What runc ends with when there was no process whose code it could pass on;
    /// callers that look further read the log.</summary>
    private const int NotRun = 255;

    public static Command Command => new("exec", "ID [COMMAND...]", "run a further process in a running container", Run,
        "process|p=FILE  the whole process as JSON, in place of COMMAND and the options below",
        "tty|t  with a terminal",
        "cwd=DIR  where it starts, a path in the container",
        "env|e=NAME=VALUE  added to the environment; may be repeated",
        "user|u=UID[:GID]  who it is",
        "additional-gids|g=GID  a further group; may be repeated",
        "cap|c=CAPABILITY  a further capability; may be repeated",
        "no-new-privs  deny it what set-user-ID programs would give",
        "apparmor=PROFILE  its AppArmor profile",
        "process-label=LABEL  its SELinux label",
        "cgroup=[CONTROLLER:]PATH  an existing cgroup below the container's; may be repeated for v1 controllers",
        "detach|d  return when the process runs",
        "ignore-paused  also in a paused container, where it stands still until that is resumed",
        "pid-file=FILE  gets the number of the process",
        "console-socket=SOCKET  a listening UNIX socket that gets the terminal's master",
        "pidfd-socket=SOCKET  a listening UNIX socket that gets a pidfd of the process",
        "preserve-fds=N  descriptors that it inherits behind 0, 1, 2 and those of LISTEN_FDS",
        "no-subreaper  accepted; orphans are never ours") { FailureCode = NotRun, TakesCommand = true };

    private static int Run(GlobalOptions global, OptionParser options)
    {
        try
        {
            ContainerState state = ContainerState.Load(global.Root, options.Id);
            int preserved = InheritedDescriptors.Count(options);
            using OutsideInit? init = ProcessIdentity.SharesUsers(state.Pid) ? OutsideInit.Start(global.Root, (0, 1, 2), preserved) : null;
            Check(state.Status(global.Root), options);
            return Run(global, options, Request(global, options, state) with { Init = init, PreserveFds = preserved });
        }
        catch (LaunchException e)
        {
            throw new LaunchException(e.Step, e.Errno, $"exec failed: {e.Message}");
        }
    }

    private static ExecRequest Request(GlobalOptions global, OptionParser options, ContainerState state)
    {
        ConfigFile config = Bundle.Load(state.Bundle);
        return new ExecRequest
        {
            Id = state.Id,
            StateRoot = global.Root,
            TargetPid = state.Pid,
            Bundle = state.Bundle,
            CgroupPath = state.CgroupPath,
            Spec = config.Spec,
            Config = config,
            Process = ExecProcess.From(options, config.Spec),
            IgnorePaused = options.Has("ignore-paused"),
            ListenFds = InheritedDescriptors.Listening,
            SubCgroups = SubCgroup.Parse(options.All("cgroup")),
        };
    }

    private static int Run(GlobalOptions global, OptionParser options, ExecRequest request)
    {
        bool detach = options.Has("detach");
        NewContainer.CheckTerminal(options, request.Process.Terminal, detach);
        using ForegroundProcess? foreground = detach ? null : new ForegroundProcess();
        using ExecutedProcess process = ContainerExec.Run(request with { Meanwhile = () => foreground?.Listen() });
        NewContainer.Introduce(options, process.Pid, process.PidFd, process.ConsoleMaster);
        NewContainer.LogPhases(global, process.Phases, process.Notes);
        return foreground?.Wait(process.PidFd, options["console-socket"] is null ? process.ConsoleMaster : -1) ?? 0;
    }

    private static void Check(string status, OptionParser options)
    {
        if (status == "stopped") throw GantryException.Conflict("cannot exec in a stopped container");
        if (status == "paused" && !options.Has("ignore-paused"))
            throw GantryException.Conflict("cannot exec in a paused container (use --ignore-paused to override)");
    }
}
