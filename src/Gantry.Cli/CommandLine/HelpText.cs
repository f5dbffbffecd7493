using System.Text;
using Gantry.Cli.Commands;

namespace Gantry.Cli.CommandLine;

/// <summary>Writes the help of a command, of a noun and of the program.</summary>
internal static class HelpText
{
    private const int Width = 80;

    /// <summary>A line for each way to call it.</summary>
    public static string Usage(string program, string calledAs, Command command) =>
        "Usage:  " + string.Join("\n\t", command.Syntax.Split('\n').Select(line => $"{program} {calledAs} {line}"));

    public static void Command(TextWriter writer, string program, string calledAs, CommandEntry entry, Command command)
    {
        writer.WriteLine(Usage(program, calledAs, command));
        writer.WriteLine();
        writer.WriteLine(entry.Summary);
        if (entry.Aliases.Length > 0)
        {
            writer.WriteLine();
            writer.WriteLine("Aliases:");
            IEnumerable<string> names = entry.Aliases.Prepend(entry.Path).OrderBy(name => !name.Contains(' '));
            writer.WriteLine($"  {string.Join(", ", names.Select(name => $"{program} {name}"))}");
        }
        if (!command.Flags.All.Any(flag => !flag.Hidden)) return;
        writer.WriteLine();
        writer.WriteLine("Options:");
        Options(writer, command.Flags);
    }

    public static void Options(TextWriter writer, FlagSet flags)
    {
        List<(string Left, string Right)> rows = [];
        foreach (Flag flag in flags.All.Where(flag => !flag.Hidden).OrderBy(flag => flag.Name, StringComparer.Ordinal))
        {
            string left = flag.Shorthand is { } letter ? $"  -{letter}, --{flag.Name}" : $"      --{flag.Name}";
            if (flag.TypeName.Length > 0) left += $" {flag.TypeName}";
            rows.Add((left, flag.DefaultText is { } value ? $"{flag.Usage} (default {value})" : flag.Usage));
        }
        Rows(writer, rows, gap: 3);
    }

    /// <summary>Two columns; the right one is wrapped within itself.</summary>
    public static void Rows(TextWriter writer, List<(string Left, string Right)> rows, int gap)
    {
        if (rows.Count == 0) return;
        int column = rows.Max(row => row.Left.Length) + gap;
        foreach ((string left, string right) in rows)
        {
            writer.Write(left.PadRight(column));
            bool first = true;
            foreach (string line in Wrap(right, Math.Max(Width - column, 30)))
            {
                if (!first) writer.Write(new string(' ', column));
                writer.WriteLine(line);
                first = false;
            }
        }
    }

    private static IEnumerable<string> Wrap(string text, int width)
    {
        StringBuilder line = new();
        foreach (string word in text.Split(' '))
        {
            if (line.Length > 0 && line.Length + 1 + word.Length > width)
            {
                yield return line.ToString();
                line.Clear();
            }
            if (line.Length > 0) line.Append(' ');
            line.Append(word);
        }
        yield return line.ToString();
    }
}
