namespace Gantry.Runtime.CommandLine;

/// <summary>Options before the arguments and, for most commands, among them, as runc reads its command line:
/// <c>--name value</c>, <c>--name=value</c>, <c>-n value</c>.</summary>
/// <remarks>Our own, because a start takes few milliseconds and a command line library would take several of them.</remarks>
internal sealed class OptionParser
{
    private readonly Dictionary<string, List<string>> _values = [];

    /// <param name="amongArguments">Whether they may also follow the first argument;
    /// what is no option is one more argument there. <c>--</c> ends them.</param>
    /// <param name="options">Each as <c>name</c> or <c>name|n</c>, with <c>=VALUE</c> behind it when it takes a value;
    /// two blanks and help may follow.</param>
    public OptionParser(ReadOnlySpan<string> args, bool amongArguments, params ReadOnlySpan<string> options)
    {
        List<string> arguments = [];
        int i = 0;
        for (; i < args.Length; i++)
        {
            bool isOption = args[i].Length > 1 && args[i][0] == '-';
            if (args[i] == "--")
            {
                i++;
                break;
            }
            if (isOption && (arguments.Count == 0 || TryFind(Given(args[i]), options) is not null)) Take(args, ref i, options);
            else if (!amongArguments) break;
            else arguments.Add(args[i]);
        }
        Arguments = [.. arguments, .. args[i..]];
    }

    private void Take(ReadOnlySpan<string> args, ref int i, ReadOnlySpan<string> options)
    {
        string text = args[i].TrimStart('-'), given = Given(args[i]);
        int equals = text.IndexOf('=');
        (string name, bool takesValue) = TryFind(given, options)
            ?? throw GantryException.Invalid($"flag provided but not defined: -{given}");
        string value = equals >= 0 ? text[(equals + 1)..]
            : !takesValue ? "true"
            : ++i < args.Length ? args[i]
            : throw GantryException.Invalid($"flag needs an argument: -{given}");
        if (!takesValue && value is not ("true" or "false"))
            throw GantryException.Invalid($"invalid boolean value \"{value}\" for -{given}");
        if (!_values.TryGetValue(name, out List<string>? list)) _values[name] = list = [];
        list.Add(value);
    }

    private static string Given(string arg) =>
        arg.TrimStart('-') is var text && text.IndexOf('=') is >= 0 and int equals ? text[..equals] : text;

    /// <summary>What is no option.</summary>
    public string[] Arguments { get; }

    public string? this[string name] => _values.TryGetValue(name, out List<string>? list) ? list[^1] : null;

    public bool Has(string name) => this[name] is { } value && value != "false";

    public IReadOnlyList<string> All(string name) => _values.TryGetValue(name, out List<string>? list) ? list : [];

    public int Number(string name) => this[name] is not { } text ? 0
        : int.TryParse(text, out int number) && number >= 0 ? number
        : throw GantryException.Invalid($"invalid value \"{text}\" for flag -{name}");

    /// <summary>The first argument, which <see cref="Command.CheckArguments"/> has seen to.</summary>
    public string Id => Arguments[0];

    /// <returns>Null when there is no such option.</returns>
    private static (string Name, bool TakesValue)? TryFind(string given, ReadOnlySpan<string> options)
    {
        if (given is "help" or "h") return ("help", false);
        foreach (string option in options)
        {
            int end = option.AsSpan().IndexOfAny("= ");
            string[] names = (end < 0 ? option : option[..end]).Split('|');
            if (names.Contains(given)) return (names[0], end >= 0 && option[end] == '=');
        }
        return null;
    }
}
