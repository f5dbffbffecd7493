using Gantry.Build.Dockerfile.Lexing;

namespace Gantry.Build.Dockerfile.Instructions;

/// <summary>The flags of one instruction, such as <c>--interval=5s</c>. What is not asked for is refused.</summary>
internal sealed class InstructionFlags
{
    private static readonly InstructionFlag[] None = [];
    private readonly List<(string Name, Word Value)> _values = [];

    /// <exception cref="DockerfileException">Unknown, twice, or without its value.</exception>
    public InstructionFlags(Statement statement, params IReadOnlyList<InstructionFlag> known)
    {
        foreach (Word flag in statement.Flags)
        {
            int equals = flag.Text.IndexOf('=');
            string name = equals < 0 ? flag.Text[2..] : flag.Text[2..equals];
            if (known.FirstOrDefault(one => one.Name == name) is not { } found)
                throw flag.Refuse($"Unknown flag: {name}", Suggestion.For(name, known.Select(one => one.Name), "--"));
            if (equals < 0 && !found.IsSwitch) throw flag.Refuse($"Missing a value on flag: {name}");
            if (!found.IsRepeated && _values.Exists(one => one.Name == name)) throw flag.Refuse($"Duplicate flag specified: {name}");
            string value = equals < 0 ? "" : flag.Text[(equals + 1)..];
            if (found.IsSwitch && value.ToLowerInvariant() is not ("" or "true" or "false"))
                throw flag.Refuse($"Expecting boolean value for flag {name}, not: {value}");
            _values.Add((name, new Word(value, flag.Range)));
        }
    }

    /// <summary>For an instruction that has none.</summary>
    public static void Refuse(Statement statement) => _ = new InstructionFlags(statement, None);

    /// <returns>Null when it is not there, or has no value.</returns>
    public Word? this[string name] => _values.Find(one => one.Name == name).Value is { Text.Length: > 0 } value ? value : null;

    public IReadOnlyList<Word> All(string name) => [.. _values.Where(one => one.Name == name).Select(one => one.Value)];

    /// <returns>Null when it is not there.</returns>
    public bool? Switch(string name) => _values.Exists(one => one.Name == name)
        ? !_values.Find(one => one.Name == name).Value.Text.Equals("false", StringComparison.OrdinalIgnoreCase) : null;
}
