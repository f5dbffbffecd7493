using Gantry.Linux.Processes;
using Gantry.Oci.Runtime.Reading;
using Gantry.Runtime.Containers;
using Gantry.Shim;

namespace Gantry.Runtime.CommandLine;

/// <summary><c>create</c> and <c>run</c>, which is create, start, wait and delete in one process.</summary>
internal static class RunCommand
{
    private static readonly string[] s_options =
    [
        "bundle|b=", "console-socket=", "pidfd-socket=", "pid-file=", "preserve-fds=", "no-pivot", "no-new-keyring", "no-subreaper", "detach|d", "keep",
    ];

    internal static int Create(GlobalOptions global, ReadOnlySpan<string> args)
    {
        OptionParser options = new(args, s_options);
        ConfigFile config = Load(options, out string bundle);
        if (config.Spec.Process?.Terminal == true && options["console-socket"] is null)
            throw GantryException.Invalid("cannot allocate tty if runc will detach without setting console socket");
        using CreatedContainer container = ContainerCreate.Run(Request(global, options, config, bundle) with { StartFromElsewhere = true });
        Introduce(container, options, global);
        return 0;
    }

    internal static int Run(GlobalOptions global, ReadOnlySpan<string> args)
    {
        OptionParser options = new(args, s_options);
        ConfigFile config = Load(options, out string bundle);
        bool detach = options.Has("detach"), terminal = config.Spec.Process?.Terminal == true;
        if (detach && terminal && options["console-socket"] is null)
            throw GantryException.Invalid("cannot allocate tty if runc will detach without setting console socket");
        using ForegroundProcess? foreground = detach ? null : new ForegroundProcess();
        using CreatedContainer container = ContainerCreate.Run(Request(global, options, config, bundle) with { NamespacesReady = _ => foreground?.Listen() });
        try
        {
            Introduce(container, options, global);
            container.Start();
            LogPhases(global, container.Phases, container.Notes);
            if (foreground is null) return 0;
            int code = foreground.Wait(container.PidFd, options["console-socket"] is null ? container.ConsoleMaster : -1);
            if (!options.Has("keep")) container.Destroy();
            return code;
        }
        catch
        {
            container.Destroy();
            throw;
        }
    }

    private static ConfigFile Load(OptionParser options, out string bundle)
    {
        bundle = Path.GetFullPath(options["bundle"] is { Length: > 0 } given ? given : ".");
        return Bundle.Load(bundle);
    }

    private static CreateRequest Request(GlobalOptions global, OptionParser options, ConfigFile config, string bundle) => new()
    {
        Id = options.Id("create"),
        Bundle = bundle,
        Spec = config.Spec,
        Config = config,
        StateRoot = global.Root,
        Rootless = global.Rootless,
        PreserveFds = options.Number("preserve-fds"),
        NoPivot = options.Has("no-pivot"),
        NoNewKeyring = options.Has("no-new-keyring"),
    };

    private static void Introduce(CreatedContainer container, OptionParser options, GlobalOptions global)
    {
        if (options["console-socket"] is { } socket) ConsoleSocket.Send(socket, container.ConsoleMaster);
        if (options["pid-file"] is { } file) AtomicFile.Write(file, System.Text.Encoding.ASCII.GetBytes(container.Pid.ToString()), durable: false);
        if (options.Arguments.Length > 1) global.Log.Warning("arguments after the container ID are ignored");
    }

    internal static void LogPhases(GlobalOptions global, IReadOnlyList<PhaseTime> phases, IReadOnlyList<string> notes)
    {
        foreach (string note in notes) global.Log.Warning(note);
        foreach (PhaseTime phase in phases) global.Log.Debug($"{phase.Name}: {phase.Microseconds} µs");
    }
}
