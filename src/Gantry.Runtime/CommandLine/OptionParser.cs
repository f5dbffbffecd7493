namespace Gantry.Runtime.CommandLine;

/// <summary>Options up to the first argument that is none, as runc reads its command line: <c>--name value</c>, <c>--name=value</c>, <c>-n value</c>.</summary>
/// <remarks>Our own, because a start takes few milliseconds and a command line library would take several of them.</remarks>
internal sealed class OptionParser
{
    private readonly Dictionary<string, List<string>> _values = [];

    /// <param name="options">Each as <c>name</c> or <c>name|n</c>, with <c>=</c> at the end when it takes a value.</param>
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

    /// <summary>The one argument of most commands.</summary>
    internal string Id(string command) => Arguments.Length >= 1 ? Arguments[0] : throw GantryException.Invalid($"{command}: a container ID is required");

    private static (string Name, bool TakesValue) Find(string given, ReadOnlySpan<string> options)
    {
        foreach (string option in options)
        {
            string[] names = option.TrimEnd('=').Split('|');
            if (names.Contains(given)) return (names[0], option.EndsWith('='));
        }
        throw GantryException.Invalid($"flag provided but not defined: -{given}");
    }
}
