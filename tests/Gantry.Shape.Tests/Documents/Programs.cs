using System.Text.RegularExpressions;
using Gantry.Cli.CommandLine;
using Gantry.Cli.Commands;
using Gantry.Daemon.Configuration;
using Gantry.Runtime.CommandLine;
using Gantry.Shape.Sources;

namespace Gantry.Shape.Documents;

/// <summary>What the three programs and the Makefile take, as they say themselves.</summary>
internal static partial class Programs
{
    /// <summary>In text, one word of capitals stands for any command.</summary>
    private const string AnyCommand = "COMMAND";

    public static IReadOnlySet<string> MakeTargets { get; } =
        Target().Matches(File.ReadAllText(Repository.Absolute("Makefile"))).Select(match => match.Groups[1].Value).ToHashSet();

    /// <summary>All long options of all commands, with their dashes.</summary>
    public static IReadOnlySet<string> Options { get; } =
        CommandTable.All.SelectMany(entry => entry.Create().Flags.All).Concat(new ClientOptions().Flags.All).Select(flag => flag.Name)
            .Concat(OptionTable.All.Select(option => option.Flag).OfType<string>())
            .Concat(Commands.Names.SelectMany(name => Commands.Find(name)!.Options).Concat(RuntimeCommand.Options)
            .Select(option => option.Split('=', '|', ' ')[0]))
            .Append("help").Select(name => $"--{name}").ToHashSet();

    /// <returns>Null when the program takes it, or is none of ours; else what the program says.</returns>
    public static string? Refusal(CommandLine command)
    {
        // With an equals sign behind it, it is a key of a file.
        if (command.Arguments is [] or [AnyCommand or "=", ..]) return null;
        try
        {
            return command.Program switch
            {
                "gantry" => Client(command),
                "gantryd" => Daemon(command),
                "gantry-runtime" => Runtime(command),
                _ => null,
            };
        }
        catch (Exception e) when (e is UsageException or GantryException)
        {
            // A sentence names an option without its value.
            return !command.IsWhole && e.Message.StartsWith("flag needs an argument", StringComparison.Ordinal) ? null : e.Message;
        }
    }

    private static string? Client(CommandLine command)
    {
        List<string>? words = FlagParser.Parse(new ClientOptions().Flags, [.. command.Arguments], stopAtOperand: true);
        if (words is null or []) return null;
        int length = CommandTable.Nouns.Any(noun => noun.Name == words[0]) ? 2 : 1;
        string path = string.Join(' ', words.Take(length));
        CommandEntry? entry = Array.Find(CommandTable.All, entry => entry.IsCalled(path));
        if (entry is null) return $"there is no command {path}";
        Cli.CommandLine.Command made = entry.Create();
        List<string>? operands = FlagParser.Parse(made.Flags, [.. words.Skip(length)], made.OptionsEndAtFirstOperand);
        return command.IsWhole && operands is not null ? made.Operands.Refuse(operands.Count) : null;
    }

    private static string? Daemon(CommandLine command)
    {
        Gantry.Daemon.Configuration.CommandLine.Parse(command.Arguments);
        return null;
    }

    private static string? Runtime(CommandLine command)
    {
        OptionParser global = new([.. command.Arguments], amongArguments: false, RuntimeCommand.Options);
        if (global.Arguments is []) return null;
        if (Commands.Find(global.Arguments[0]) is not { } found) return $"there is no command {global.Arguments[0]}";
        OptionParser options = new(global.Arguments.AsSpan(1), !found.TakesCommand, found.Options);
        if (command.IsWhole && !options.Has("help")) found.CheckArguments(options.Arguments.Length);
        return null;
    }

    [GeneratedRegex(@"^([a-z][\w-]*):", RegexOptions.Multiline)]
    private static partial Regex Target();
}
