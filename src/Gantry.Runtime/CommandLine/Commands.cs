namespace Gantry.Runtime.CommandLine;

internal static class Commands
{
    public static IReadOnlyList<string> Names =>
        ["create", "start", "run", "exec", "state", "kill", "delete", "list", "ps", "pause", "resume", "update", "events", "spec",
            "features", "checkpoint", "restore"];

    /// <returns>Null when there is no such command. Made when asked for: a start shall not pay for the help of the others.</returns>
    public static Command? Find(string name) => name switch
    {
        "create" => CreateCommand.Command,
        "start" => StartCommand.Command,
        "run" => RunCommand.Command,
        "exec" => ExecCommand.Command,
        "state" => StateCommand.Command,
        "kill" => KillCommand.Command,
        "delete" => DeleteCommand.Command,
        "list" => ListCommand.Command,
        "ps" => PsCommand.Command,
        "pause" => PauseCommand.Command,
        "resume" => ResumeCommand.Command,
        "update" => UpdateCommand.Command,
        "events" => EventsCommand.Command,
        "spec" => SpecCommand.Command,
        "features" => FeaturesCommand.Command,
        "checkpoint" => CheckpointCommand.Command,
        "restore" => RestoreCommand.Command,
        _ => null,
    };
}
