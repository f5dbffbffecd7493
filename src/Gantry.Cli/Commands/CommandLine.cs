using Gantry.Api.Client;
using Gantry.Cli.CommandLine;

namespace Gantry.Cli.Commands;

/// <summary>From the arguments to the exit status: finds the command, reads its options, runs it, and reports what went wrong.</summary>
internal static class CommandLine
{
    private const int UsageStatus = 125;
    /// <summary>What a shell shows for a program that a closed pipe has ended.</summary>
    private const int BrokenPipeStatus = 141;

    public static int Run(string[] arguments)
    {
        string program = ProgramName();
        try
        {
            int status = Dispatch(program, arguments);
            StandardStreams.Flush();
            return status;
        }
        catch (IOException e) when (Terminal.FileFailure.IsBrokenPipe(e))
        {
            return BrokenPipeStatus;
        }
        catch (IOException e)
        {
            return Fail(Terminal.FileFailure.Text(e), 1);
        }
        catch (CliException e)
        {
            return Fail(e.Message, e.ExitCode);
        }
        catch (ApiException e)
        {
            return Fail($"Error response from daemon: {e.Message}", 1);
        }
        catch (ApiConnectionException e)
        {
            return Fail(Terminal.ConnectionAdvice.Text(e), 1);
        }
    }

    private static int Fail(string message, int status)
    {
        StandardStreams.Flush();
        if (message.Length > 0) StandardStreams.Error.WriteLine(message);
        return status;
    }

    /// <summary>A link named <c>docker</c> makes us speak of ourselves as docker.</summary>
    private static string ProgramName() => Path.GetFileName(Environment.GetCommandLineArgs()[0]) == "docker" ? "docker" : "gantry";

    private static int Dispatch(string program, string[] arguments)
    {
        ClientOptions options = new();
        if (DaemonSpelling.Arguments(options.Flags, arguments) is { } daemon) return DaemonSpelling.Run(program, daemon);
        List<string>? words;
        try
        {
            words = FlagParser.Parse(options.Flags, arguments, stopAtOperand: true);
        }
        catch (UsageException e)
        {
            return Fail($"{e.Message}\n\nUsage:  {program} [OPTIONS] COMMAND [ARG...]\n\nRun '{program} --help' for more information",
                UsageStatus);
        }
        options.SetConfiguration();
        if (words is not null && options.ShowVersion)
        {
            StandardStreams.Out.WriteLine(VersionLine.Of(program));
            return 0;
        }
        bool asked = words is null or { Count: > 0 };
        if (words is { Count: > 0 } && words[0] == "help") words = HelpWords(words);
        if (words is null or { Count: 0 })
        {
            // Help that was not asked for is no output.
            GroupHelp.Program(asked ? StandardStreams.Out : StandardStreams.Error, program, options);
            return 0;
        }
        return FindAndRun(program, words, options);
    }

    /// <summary><c>help run</c> is <c>run --help</c>.</summary>
    private static List<string> HelpWords(List<string> words) => words.Count == 1 ? [] : [.. words.Skip(1), "--help"];

    private static int FindAndRun(string program, List<string> words, ClientOptions options)
    {
        (string Name, string Summary) noun = Array.Find(CommandTable.Nouns, candidate => candidate.Name == words[0]);
        bool isNoun = noun.Name is not null;
        if (isNoun && (words.Count == 1 || words[1] is "--help" or "-h"))
        {
            GroupHelp.Noun(words.Count == 1 ? StandardStreams.Error : StandardStreams.Out, program, noun.Name!, noun.Summary);
            return 0;
        }
        string path = isNoun ? $"{words[0]} {words[1]}" : words[0];
        CommandEntry? entry = Array.Find(CommandTable.All, candidate => candidate.IsCalled(path));
        if (entry is null)
        {
            if (NotBuilt.Of(words[0], isNoun ? words[1] : "") is { } instead)
                return Fail($"{program}: '{program} {path}' is not there yet: {instead}", 1);
            string usage = isNoun ? $"Usage:  {program} {words[0]}\n\nRun '{program} {words[0]} --help'" : $"Run '{program} --help'";
            return Fail($"{program}: unknown command: {program} {path}\n\n{usage} for more information", 1);
        }
        return RunCommand(program, path, entry, words[(isNoun ? 2 : 1)..], options);
    }

    private static int RunCommand(string program, string path, CommandEntry entry, List<string> arguments, ClientOptions options)
    {
        Command command = entry.Create();
        List<string>? operands;
        try
        {
            operands = FlagParser.Parse(command.Flags, arguments.ToArray(), command.OptionsEndAtFirstOperand);
        }
        catch (UsageException e)
        {
            return Fail($"{e.Message}\n\n{HelpText.Usage(program, path, command)}\n\nRun '{program} {path} --help' for more information",
                UsageStatus);
        }
        if (operands is null)
        {
            HelpText.Command(StandardStreams.Out, program, path, entry, command);
            return 0;
        }
        if (command.Operands.Refuse(operands.Count) is { } refusal)
            return Fail($"{program}: '{program} {path}' "
                + $"{refusal}\n\n{HelpText.Usage(program, path, command)}\n\n{(command.Operands.Most == int.MaxValue ? "See" : "Run")} "
                + $"'{program} {path} --help' for more information", 1);
        using IDisposable? interrupt = Terminal.Interrupt.Watch();
        return command.Run(new Invocation(program, $"{program} {path}", operands, options));
    }
}
