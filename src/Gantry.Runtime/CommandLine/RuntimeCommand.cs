using Gantry.Linux;
using Gantry.Runtime.Containers;

namespace Gantry.Runtime.CommandLine;

/// <summary>The options before the command.</summary>
internal sealed record GlobalOptions(string Root, RuntimeLog Log)
{
    /// <summary>Null: find out.</summary>
    internal bool? Rootless { get; init; }
}

/// <summary>Picks the command and turns its failure into runc's form: a line in the log, a line on stderr, exit code 1.</summary>
internal static class RuntimeCommand
{
    private const string DefaultRoot = "/run/gantry-runtime";

    internal static int Run(string[] args)
    {
        RuntimeLog log = new(null, json: false, debug: false);
        try
        {
            OptionParser options = new(args, "root=", "log=", "log-format=", "debug", "systemd-cgroup", "rootless=", "criu=", "version|v", "help|h");
            log = new RuntimeLog(options["log"], options["log-format"] == "json", options.Has("debug"));
            if (options.Has("version")) return Show($"gantry-runtime version {typeof(RuntimeCommand).Assembly.GetName().Version?.ToString(3)}\nspec: 1.2.0\n");
            if (options.Has("help") || options.Arguments.Length == 0) return Show(Usage.Text);
            GlobalOptions global = new(Path.GetFullPath(options["root"] is { Length: > 0 } root ? root : StateRoot()), log) { Rootless = RootlessMode(options["rootless"]) };
            return Dispatch(global, options.Arguments[0], options.Arguments.AsSpan(1));
        }
        catch (Exception e) when (e is GantryException or LaunchException or KernelException or IOException or UnauthorizedAccessException or System.Text.Json.JsonException)
        {
            log.Error(e.Message);
            StandardError.Write($"gantry-runtime: {e.Message}\n");
            return 1;
        }
    }

    // An ordinary user's state lies where only he gets at it, and where it goes away with his last session.
    private static string StateRoot() => !Environment.IsPrivilegedProcess && Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR") is { Length: > 0 } own
        ? Path.Combine(own, "gantry-runtime")
        : DefaultRoot;

    private static bool? RootlessMode(string? text) => text switch
    {
        null or "auto" => null,
        "true" => true,
        "false" => false,
        _ => throw GantryException.Invalid($"--rootless must be auto, true or false, not \"{text}\""),
    };

    private static int Dispatch(GlobalOptions global, string command, ReadOnlySpan<string> args) => command switch
    {
        "create" => RunCommand.Create(global, args),
        "run" => RunCommand.Run(global, args),
        "start" => StartCommand.Run(global, args),
        "exec" => ExecCommand.Run(global, args),
        "state" => StateCommand.Run(global, args),
        "kill" => KillCommand.Run(global, args),
        "delete" => DeleteCommand.Run(global, args),
        "list" => ListCommand.Run(global, args),
        "ps" => PsCommand.Run(global, args),
        "pause" => PauseCommand.Pause(global, args),
        "resume" => PauseCommand.Resume(global, args),
        "update" => UpdateCommand.Run(global, args),
        "spec" => SpecCommand.Run(args),
        "features" => FeaturesCommand.Run(),
        "help" => Show(Usage.Text),
        _ => throw GantryException.Invalid($"no such command: {command}"),
    };

    internal static int Show(string text)
    {
        StandardOutput.Write(text);
        return 0;
    }
}
