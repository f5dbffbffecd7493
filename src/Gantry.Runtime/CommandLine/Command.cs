using System.Text;

namespace Gantry.Runtime.CommandLine;

/// <summary>One command: how it is written, what it does, and what its <c>--help</c> says.</summary>
/// <param name="Arguments">What follows the options, one word an argument: <c>[X]</c> may be left out,
/// <c>X...</c> takes all the rest.</param>
/// <param name="Options">Declarations as <see cref="OptionParser"/> reads them, each with its help behind two blanks.</param>
internal sealed record Command(string Name, string Arguments, string Summary, Func<GlobalOptions, OptionParser, int> Run,
    params string[] Options)
{
    /// <summary>The exit code when it fails before there is a process whose code it could pass on.</summary>
    public int FailureCode { get; init; } = 1;

    /// <summary>Its arguments are another program's, whose options are not ours.</summary>
    public bool TakesCommand { get; init; }

    public string Help =>
        $"{Summary}\n\nusage: {RuntimeCommand.Program} "
            + $"{Name}{(Options.Length > 0 ? " [options]" : "")}{(Arguments.Length > 0 ? $" {Arguments}" : "")}\n{Described(Options)}";

    /// <exception cref="GantryException">Too many or too few, as the usage line has them.</exception>
    public void CheckArguments(int count)
    {
        string[] words = Arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        int least = words.Count(static word => word[0] != '[');
        bool open = words.Any(static word => word.Contains("..."));
        if (count < least || (count > words.Length && !open))
            throw GantryException.Invalid($"\"{RuntimeCommand.Program} {Name}\" takes {(words.Length == 0 ? "no arguments" : Arguments)}, "
                + $"got {count} argument{(count == 1 ? "" : "s")}");
    }

    /// <summary>A line an option: <c>-b, --bundle DIR  help</c>.</summary>
    public static string Described(IReadOnlyList<string> options)
    {
        if (options.Count == 0) return "";
        (string Form, string Help)[] lines = [.. options.Select(Line)];
        int width = lines.Max(static line => line.Form.Length);
        StringBuilder text = new("\noptions:\n");
        foreach ((string form, string help) in lines) text.Append("  ").Append(form.PadRight(width)).Append("  ").Append(help).Append('\n');
        return text.ToString();
    }

    private static (string Form, string Help) Line(string option)
    {
        int gap = option.IndexOf("  ", StringComparison.Ordinal);
        string declared = gap < 0 ? option : option[..gap];
        string[] parts = declared.Split('=', 2), names = parts[0].Split('|');
        string form = $"{(names.Length > 1 ? $"-{names[1]}, " : "    ")}--{names[0]}{(parts.Length > 1 ? $" {parts[1]}" : "")}";
        return (form, gap < 0 ? "" : option[(gap + 2)..]);
    }
}
