using System.Text;

namespace Gantry.Engine.Images.Changes;

/// <summary>The flags of one instruction, such as <c>--interval=5s</c>. What is not asked for is refused.</summary>
internal sealed class InstructionFlags
{
    private readonly Dictionary<string, string> _values = [];

    /// <param name="known">Names of flags that have a value.</param>
    /// <exception cref="GantryException">InvalidArgument: unknown, twice, or without its value.</exception>
    public InstructionFlags(Instruction instruction, params ReadOnlySpan<string> known)
    {
        foreach (string flag in instruction.Flags)
        {
            int equals = flag.IndexOf('=');
            string name = equals < 0 ? flag[2..] : flag[2..equals];
            if (!known.Contains(name)) throw GantryException.Invalid($"Unknown flag: {name}");
            if (equals < 0) throw GantryException.Invalid($"Missing a value on flag: {name}");
            if (!_values.TryAdd(name, flag[(equals + 1)..])) throw GantryException.Invalid($"Duplicate flag specified: {name}");
        }
    }

    /// <returns>Null when it is not there, or has no value.</returns>
    public string? this[string name] => _values.GetValueOrDefault(name) is { Length: > 0 } value ? value : null;

    /// <summary>Takes the words with <c>--</c> off the front; <c>--</c> alone is the end of them.</summary>
    public static List<string> Take(ref string rest, char escape)
    {
        List<string> flags = [];
        while (rest.StartsWith("--", StringComparison.Ordinal))
        {
            string word = FirstWord(rest, escape, out int length);
            rest = rest[length..].TrimStart();
            if (word == "--") break;
            flags.Add(word);
        }
        return flags;
    }

    /// <summary>Its quotes and escapes are taken off.</summary>
    private static string FirstWord(string text, char escape, out int length)
    {
        StringBuilder word = new();
        char quote = '\0';
        int at = 0;
        for (; at < text.Length && (quote != '\0' || !char.IsWhiteSpace(text[at])); at++)
        {
            char c = text[at];
            if (c == escape && at + 1 < text.Length) word.Append(text[++at]);
            else if (quote != '\0' && c == quote) quote = '\0';
            else if (quote == '\0' && c is '"' or '\'') quote = c;
            else word.Append(c);
        }
        length = at;
        return word.ToString();
    }
}
