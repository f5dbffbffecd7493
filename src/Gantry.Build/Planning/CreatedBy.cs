using System.Globalization;
using Gantry.Build.Configuration;
using Gantry.Build.Dockerfile.Instructions;
using Gantry.Build.Dockerfile.Lexing;
using Gantry.Build.Graph;

namespace Gantry.Build.Planning;

/// <summary>What the history says of a step, in the words of Docker's own builder.</summary>
internal static class CreatedBy
{
    private const string Marker = "/bin/sh -c #(nop) ";

    /// <param name="instruction">With the values of its variables.</param>
    /// <param name="directory">The working directory after a WORKDIR.</param>
    public static string Of(Instruction instruction, string directory) => Marker + instruction switch
    {
        ArgInstruction argument => $" ARG {string.Join(' ', argument.Arguments.Select(Pair))}",
        CmdInstruction cmd => $" CMD {List(cmd.Command)}",
        EntrypointInstruction entrypoint => $" ENTRYPOINT {List(entrypoint.Command)}",
        EnvInstruction env => $" ENV {string.Join(' ', env.Pairs.Select(Pair))}",
        LabelInstruction label => $" LABEL {string.Join(' ', label.Pairs.Select(Pair))}",
        ExposeInstruction expose => $" EXPOSE {string.Join(' ', expose.Ports.Select(port => port.Text).Order(StringComparer.Ordinal))}",
        HealthcheckInstruction check => $" HEALTHCHECK {Healthcheck(check)}",
        MaintainerInstruction maintainer => $" MAINTAINER {maintainer.Value.Text}",
        OnBuildInstruction trigger => $" ONBUILD {trigger.Text}",
        ShellInstruction shell => $" SHELL [{string.Join(' ', shell.Shell.Select(word => word.Text))}]",
        StopSignalInstruction signal => $" STOPSIGNAL {signal.Value.Text}",
        UserInstruction user => $" USER {user.Value.Text}",
        VolumeInstruction volume => $" VOLUME [{string.Join(' ', volume.Paths.Select(path => path.Text))}]",
        WorkdirInstruction => $"WORKDIR {directory}",
        CopyInstruction copy => Transfer("COPY", copy.Files, copy.Options),
        AddInstruction add => Transfer("ADD", add.Files, add.Options),
        _ => throw new ArgumentException($"{instruction.Statement.Name} has no place in a history"),
    };

    /// <param name="vertex">What it comes to.</param>
    /// <param name="arguments">Of the build, which the command has as variables.</param>
    public static string OfRun(RunInstruction run, RunVertex vertex, IReadOnlyList<string> arguments)
    {
        // What comes out depends on them, and the classic builder has no words for them: they are told as a comment of the shell's.
        RunSurroundings around = vertex.Surroundings;
        IEnumerable<string> flags = run.Mounts.Select(mount => $" --mount={mount.Text}");
        if (around.Network != "default") flags = flags.Append($" --network={around.Network}");
        flags = flags.Concat(around.ExtraHosts.Select(host => $" --add-host={host}"));
        string told = string.Concat(flags), line = string.Join(' ', vertex.Arguments);
        // A comment of the author's that looks like them is made another one.
        if (told.Length > 0 || line.Contains(" # --", StringComparison.Ordinal)) line += " #" + told;
        return arguments.Count == 0 ? line
            : string.Create(CultureInfo.InvariantCulture, $"|{arguments.Count} {string.Join(' ', arguments)} {line}");
    }

    /// <summary>Whether another command could have the words of this one: spaces divide words, and are in them.</summary>
    /// <inheritdoc cref="OfRun"/>
    public static bool IsAmbiguous(RunInstruction run, RunVertex vertex, IReadOnlyList<string> arguments) =>
        (!run.Command.IsShell && string.Join(' ', vertex.Arguments).Contains(' '))
        || (arguments.Count > 1 && arguments.Any(argument => argument.Contains(' ')));

    private static string Pair(NameValue pair) => pair.Value is { } value ? $"{pair.Name.Text}={value.Text}" : pair.Name.Text;

    private static string List(CommandForm command) =>
        $"[{string.Join(' ', command.With(["/bin/sh", "-c"]).Select(GoQuote.Quote))}]";

    private static string Healthcheck(HealthcheckInstruction check) => string.Create(CultureInfo.InvariantCulture,
        $"&{{[{string.Join(' ', check.Test.Select(GoQuote.Quote))}] \"{check.Interval}\" \"{check.Timeout}\" \"{check.StartPeriod}\" "
            + $"'\\x{check.Retries:x2}'}}");

    private static string Transfer(string verb, TransferArguments files, TransferOptions options)
    {
        string owner = options.Owner is { } user ? $"--chown={user.Text} " : "";
        return $"{verb} {owner}{PlannedStep.Copied} in {files.Destination.Text} ";
    }
}
