using Gantry.Linux;
using Gantry.Oci.Runtime;
using Gantry.Oci.Runtime.Reading;
using Gantry.Runtime.Containers;
using Gantry.Shim;

namespace Gantry.Runtime.CommandLine;

internal static class ExecCommand
{
    internal static int Run(GlobalOptions global, ReadOnlySpan<string> args)
    {
        OptionParser options = new(args, "process|p=", "tty|t", "cwd=", "env|e=", "user|u=", "additional-gids|g=", "cap|c=", "detach|d", "pid-file=", "console-socket=",
            "preserve-fds=", "no-new-privs", "process-label=", "apparmor=", "cgroup=", "ignore-paused", "no-subreaper", "pidfd-socket=");
        ContainerState state = ContainerState.Load(global.Root, options.Id("exec"));
        Check(state.Status(global.Root), options);
        ConfigFile config = Bundle.Load(state.Bundle);
        ExecRequest request = new()
        {
            Id = state.Id,
            StateRoot = global.Root,
            TargetPid = state.Pid,
            Bundle = state.Bundle,
            CgroupPath = state.CgroupPath,
            Spec = config.Spec,
            Config = config,
            Process = Process(options, config.Spec),
            PreserveFds = options.Number("preserve-fds"),
        };
        return Run(global, options, request);
    }

    private static int Run(GlobalOptions global, OptionParser options, ExecRequest request)
    {
        bool detach = options.Has("detach");
        if (detach && request.Process.Terminal && options["console-socket"] is null)
            throw GantryException.Invalid("cannot allocate tty if runc will detach without setting console socket");
        using ForegroundProcess? foreground = detach ? null : new ForegroundProcess();
        try
        {
            using ExecutedProcess process = ContainerExec.Run(request);
            foreground?.Listen();
            if (options["console-socket"] is { } socket) ConsoleSocket.Send(socket, process.ConsoleMaster);
            if (options["pid-file"] is { } file) AtomicFile.Write(file, System.Text.Encoding.ASCII.GetBytes(process.Pid.ToString()), durable: false);
            RunCommand.LogPhases(global, process.Phases, process.Notes);
            return foreground?.Wait(process.PidFd, options["console-socket"] is null ? process.ConsoleMaster : -1) ?? 0;
        }
        catch (LaunchException e)
        {
            global.Log.Error(e.Message);
            StandardError.Write($"gantry-runtime: exec failed: {e.Message}\n");
            // runc ends with 255 whatever the reason; callers that look further read the log.
            return 255;
        }
    }

    private static void Check(string status, OptionParser options)
    {
        if (status == "stopped") throw GantryException.Conflict("cannot exec in a stopped container");
        if (status == "paused" && !options.Has("ignore-paused")) throw GantryException.Conflict("cannot exec in a paused container (use --ignore-paused to override)");
    }

    private static OciProcess Process(OptionParser options, OciSpec spec)
    {
        if (options["process"] is { } file) return InputFile.Read(file, ProcessReader.Read);
        string[] command = options.Arguments[1..];
        if (command is ["--", .. var rest]) command = rest;
        OciProcess basis = spec.Process ?? throw GantryException.Invalid("process property must not be empty");
        IReadOnlyList<string> caps = options.All("cap");
        return basis with
        {
            Terminal = options.Has("tty"),
            ConsoleSize = null,
            Args = command,
            Env = [.. basis.Env ?? [], .. options.All("env")],
            Cwd = options["cwd"] ?? basis.Cwd,
            User = User(options, basis.User),
            NoNewPrivileges = basis.NoNewPrivileges || options.Has("no-new-privs"),
            Capabilities = caps.Count == 0 ? basis.Capabilities : With(basis.Capabilities ?? new OciCapabilities(), caps),
        };
    }

    private static OciUser User(OptionParser options, OciUser basis)
    {
        IReadOnlyList<string> groups = options.All("additional-gids");
        if (groups.Count > 0) basis = basis with { AdditionalGids = [.. basis.AdditionalGids ?? [], .. groups.Select(uint.Parse)] };
        if (options["user"] is not { } text) return basis;
        string[] parts = text.Split(':');
        if (!uint.TryParse(parts[0], out uint uid)) throw GantryException.Invalid($"parsing {text} as int for uid failed");
        uint gid = basis.Gid;
        if (parts.Length > 1 && !uint.TryParse(parts[1], out gid)) throw GantryException.Invalid($"parsing {parts[1]} as int for gid failed");
        return basis with { Uid = uid, Gid = gid, Username = null };
    }

    private static OciCapabilities With(OciCapabilities sets, IReadOnlyList<string> added) => sets with
    {
        Bounding = [.. sets.Bounding ?? [], .. added],
        Effective = [.. sets.Effective ?? [], .. added],
        Permitted = [.. sets.Permitted ?? [], .. added],
    };
}
