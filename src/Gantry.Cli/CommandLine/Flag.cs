using Gantry.Cli.Commands;

namespace Gantry.Cli.CommandLine;

/// <summary>One option of a command. Its value is checked when it is read from the command line,
/// so that a mistake is reported before anything is done.</summary>
internal abstract class Flag(string name, char? shorthand, string usage)
{
    public string Name { get; } = name;
    public char? Shorthand { get; } = shorthand;
    public string Usage { get; } = usage;
    /// <summary>Shown in the help behind the name; empty for a switch.</summary>
    public abstract string TypeName { get; }
    /// <summary>Shown in the help when it is not the type's obvious one.</summary>
    public virtual string? DefaultText => null;
    /// <summary>Taken when the option stands without <c>=value</c>; null means that the next argument is the value.</summary>
    public virtual string? ValueWhenAlone => null;
    /// <summary>Works, and is left out of the help: old spellings.</summary>
    public bool Hidden { get; init; }
    /// <summary>It was given.</summary>
    public bool IsSet { get; private set; }

    /// <exception cref="FormatException">The message says what is wrong with the value alone.</exception>
    public void Set(string text)
    {
        Parse(text);
        IsSet = true;
    }

    protected abstract void Parse(string text);

    /// <summary>As the user knows it: <c>-m, --memory</c>.</summary>
    public override string ToString() => Shorthand is { } letter ? $"-{letter}, --{Name}" : $"--{Name}";
}

/// <summary>A switch; <c>--name=false</c> turns it off.</summary>
internal sealed class BoolFlag(string name, char? shorthand, string usage, bool value = false) : Flag(name, shorthand, usage)
{
    public bool Value { get; private set; } = value;
    public override string TypeName => "";
    public override string? DefaultText { get; } = value ? "true" : null;
    public override string? ValueWhenAlone => "true";

    protected override void Parse(string text) =>
        Value = GoBool.Parse(text) ?? throw new FormatException($"strconv.ParseBool: parsing \"{text}\": invalid syntax");

    public static implicit operator bool(BoolFlag flag) => flag.Value;
}

/// <summary>An option with a value of its own kind; the last one given counts.</summary>
internal sealed class ValueFlag<T>(string name, char? shorthand, string usage, string typeName, Func<string, T> parse, T value,
    string? defaultText = null) : Flag(name, shorthand, usage)
{
    public T Value { get; private set; } = value;
    public override string TypeName => typeName;
    public override string? DefaultText => defaultText;

    protected override void Parse(string text) => Value = parse(text);
}

/// <summary>An option that may be given several times.</summary>
internal sealed class ListFlag<T>(string name, char? shorthand, string usage, string typeName, Func<string, T> parse) :
    Flag(name, shorthand, usage)
{
    public List<T> Values { get; } = [];
    public override string TypeName => typeName;
    /// <summary>Separates several values in one argument; null takes the argument as it is.</summary>
    public char? Separator { get; init; }

    protected override void Parse(string text)
    {
        if (Separator is { } separator) foreach (string part in text.Split(separator)) Values.Add(parse(part));
        else Values.Add(parse(text));
    }

    /// <returns>Null when the option was never given, as the API wants it left out.</returns>
    public List<T>? OrNull => Values.Count > 0 ? Values : null;
}
