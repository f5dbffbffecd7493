namespace Gantry.Runtime.CommandLine;

/// <summary>Options up to the first argument that is none, as runc reads its command line: <c>--name value</c>, <c>--name=value</c>, <c>-n value</c>.</summary>
/// <remarks>Our own, because a start takes few milliseconds and a command line library would take several of them.</remarks>
internal sealed class OptionParser
{
    private readonly Dictionary<string, List<string>> _values = [];

    /// <param name="options">Each as <c>name</c> or <c>name|n</c>, with <c>=VALUE</c> behind it when it takes a value; two blanks and help may follow.</param>
    internal OptionParser(ReadOnlySpan<string> args, params ReadOnlySpan<string> options)
    {
        int i = 0;
        for (; i < args.Length && args[i].Length > 1 && args[i][0] == '-'; i++)
        {
            if (args[i] == "--")
            {
                i++;
                break;
            }
            string text = args[i].TrimStart('-');
            int equals = text.IndexOf('=');
            string given = equals < 0 ? text : text[..equals];
            (string name, bool takesValue) = Find(given, options);
            string value = equals >= 0 ? text[(equals + 1)..]
                : !takesValue ? "true"
                : ++i < args.Length ? args[i]
                : throw GantryException.Invalid($"flag needs an argument: -{given}");
            if (!takesValue && value is not ("true" or "false")) throw GantryException.Invalid($"invalid boolean value \"{value}\" for -{given}");
            if (!_values.TryGetValue(name, out List<string>? list)) _values[name] = list = [];
            list.Add(value);
        }
        Arguments = args[i..].ToArray();
    }

    /// <summary>What follows the options.</summary>
    internal string[] Arguments { get; }

    internal string? this[string name] => _values.TryGetValue(name, out List<string>? list) ? list[^1] : null;

    internal bool Has(string name) => this[name] is { } value && value != "false";

    internal IReadOnlyList<string> All(string name) => _values.TryGetValue(name, out List<string>? list) ? list : [];

    internal int Number(string name) => this[name] is not { } text ? 0
        : int.TryParse(text, out int number) && number >= 0 ? number
        : throw GantryException.Invalid($"invalid value \"{text}\" for flag -{name}");

    /// <summary>The first argument, which <see cref="Command.CheckArguments"/> has seen to.</summary>
    internal string Id => Arguments[0];

    private static (string Name, bool TakesValue) Find(string given, ReadOnlySpan<string> options)
    {
        if (given is "help" or "h") return ("help", false);
        foreach (string option in options)
        {
            int end = option.AsSpan().IndexOfAny("= ");
            string[] names = (end < 0 ? option : option[..end]).Split('|');
            if (names.Contains(given)) return (names[0], end >= 0 && option[end] == '=');
        }
        throw GantryException.Invalid($"flag provided but not defined: -{given}");
    }
}
