using System.Text.Json;
using Gantry.Linux;
using Gantry.Runtime.Launching;

namespace Gantry.Runtime.CommandLine;

/// <summary>The options before the command.</summary>
internal sealed record GlobalOptions(string Root, RuntimeLog Log)
{
    /// <summary>Null: find out.</summary>
    public bool? Rootless { get; init; }
    /// <summary>The caller wants systemd to make the cgroup.</summary>
    public bool SystemdCgroup { get; init; }
    public string Criu { get; init; } = "criu";
}

/// <summary>Picks the command and turns its failure into runc's form: a line in the log, a line on stderr, an exit code.</summary>
internal static class RuntimeCommand
{
    public const string Program = "gantry-runtime";
    private const string DefaultRoot = "/run/gantry-runtime";
    private const int UnknownCommand = 3;

    public static readonly string[] Options =
    [
        $"root=DIR  where state is kept, on a file system that a reboot empties (default {DefaultRoot})",
        "log=FILE  where messages go (default stderr)",
        "log-format=FORMAT  of the messages: text (default) or json",
        "debug  log how long each phase takes",
        "systemd-cgroup  let systemd make the cgroup; cgroupsPath is slice:prefix:name then",
        "rootless=VALUE  true, false or auto (default): whether missing rights over cgroups are forgiven",
        "criu=PROGRAM  the one that checkpoint and restore use (default criu, as PATH has it)",
        "version|v  print the version",
        "help|h  print this",
    ];

    public static int Run(string[] args)
    {
        RuntimeLog log = new(null, json: false, debug: false);
        Command? command = null;
        try
        {
            OptionParser options = new(args, amongArguments: false, Options);
            log = new RuntimeLog(options["log"], IsJson(options["log-format"]), options.Has("debug"));
            if (options.Has("version")) return Show(Usage.Version);
            if (options.Has("help") || options.Arguments is [] or ["help" or "h"]) return Show(Usage.Text);
            bool asksHelp = options.Arguments is ["help" or "h", ..];
            string name = options.Arguments[asksHelp ? 1 : 0];
            command = Commands.Find(name);
            if (command is null)
            {
                log.Error($"no such command: {name}");
                return UnknownCommand;
            }
            return asksHelp ? Show(command.Help) : Run(command, Global(options, log), options.Arguments.AsSpan(1));
        }
        catch (Exception e) when (LaunchException.IsExpected(e))
        {
            log.Error(FailureText.Of(e));
            return command?.FailureCode ?? 1;
        }
    }

    // An ordinary user's state lies where only he gets at it, and where it goes away with his last session.
    private static string StateRoot() =>
        !Environment.IsPrivilegedProcess && Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR") is { Length: > 0 } own
        ? Path.Combine(own, "gantry-runtime")
        : DefaultRoot;

    private static bool? RootlessMode(string? text) => text switch
    {
        null or "auto" => null,
        "true" => true,
        "false" => false,
        _ => throw GantryException.Invalid($"--rootless must be auto, true or false, not \"{text}\""),
    };

    private static int Run(Command command, GlobalOptions global, ReadOnlySpan<string> args)
    {
        OptionParser options = new(args, !command.TakesCommand, command.Options);
        if (options.Has("help")) return Show(command.Help);
        command.CheckArguments(options.Arguments.Length);
        return command.Run(global, options);
    }

    private static GlobalOptions Global(OptionParser options, RuntimeLog log) =>
        new(Path.GetFullPath(options["root"] is { Length: > 0 } root ? root : StateRoot()),
            log) { Rootless = RootlessMode(options["rootless"]), SystemdCgroup = options.Has("systemd-cgroup"),
            Criu = options["criu"] is { Length: > 0 } criu ? criu : "criu" };

    private static bool IsJson(string? format) => format switch
    {
        null or "text" => false,
        "json" => true,
        _ => throw GantryException.Invalid($"invalid log-format: {format}"),
    };

    public static int Show(string text)
    {
        StandardOutput.Write(text);
        return 0;
    }
}
