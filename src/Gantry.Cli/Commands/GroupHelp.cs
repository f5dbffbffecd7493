using Gantry.Cli.CommandLine;

namespace Gantry.Cli.Commands;

/// <summary>The help of the program itself and of a noun: lists of commands.</summary>
internal static class GroupHelp
{
    private static readonly string[] Common = ["run", "exec", "ps", "images", "load", "version", "info"];

    public static void Program(TextWriter writer, string program, ClientOptions options)
    {
        writer.WriteLine($"Usage:  {program} [OPTIONS] COMMAND\n\nRuns containers, and keeps their images, networks and volumes\n\nCommon "
            + $"Commands:");
        CommandEntry[] top = [.. CommandTable.All.Where(entry => entry.TopName is not null)];
        HelpText.Rows(writer,
            [.. Common.Select(name => Array.Find(top, entry => entry.TopName == name)).OfType<CommandEntry>().Select(Row)], gap: 3);
        writer.WriteLine("\nManagement Commands:");
        HelpText.Rows(writer, [.. CommandTable.Nouns.Select(noun => ($"  {noun.Name}", noun.Summary))], gap: 3);
        writer.WriteLine("\nCommands:");
        HelpText.Rows(writer,
            [.. top.Where(entry => !Common.Contains(entry.TopName)).OrderBy(entry => entry.TopName, StringComparer.Ordinal).Select(Row)],
            gap: 3);
        writer.WriteLine("\nGlobal Options:");
        HelpText.Options(writer, options.Flags);
        writer.WriteLine($"\nRun '{program} COMMAND --help' for more information on a command.");
    }

    public static void Noun(TextWriter writer, string program, string noun, string summary)
    {
        writer.WriteLine($"Usage:  {program} {noun} COMMAND\n\n{summary}\n\nCommands:");
        List<(string, string)> rows = [.. CommandTable.All.Where(entry => entry.Path.StartsWith(noun + ' ', StringComparison.Ordinal))
            .OrderBy(entry => entry.Path, StringComparer.Ordinal).Select(entry => ($"  {entry.Path[(noun.Length + 1)..]}", entry.Summary))];
        HelpText.Rows(writer, rows, gap: 3);
        writer.WriteLine($"\nRun '{program} {noun} COMMAND --help' for more information on a command.");
    }

    private static (string, string) Row(CommandEntry entry) => ($"  {entry.TopName}", entry.Summary);
}
