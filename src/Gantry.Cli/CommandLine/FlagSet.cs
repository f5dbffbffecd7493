using System.Globalization;
using Gantry.Cli.Commands;

namespace Gantry.Cli.CommandLine;

/// <summary>The options of one command, in any order; the help sorts them.</summary>
internal sealed class FlagSet
{
    private readonly Dictionary<string, Flag> _byName = new(StringComparer.Ordinal);
    private readonly Dictionary<char, Flag> _byLetter = [];

    public IEnumerable<Flag> All => _byName.Values;
    public Flag? Find(string name) => _byName.GetValueOrDefault(name);
    public Flag? Find(char shorthand) => _byLetter.GetValueOrDefault(shorthand);

    public TFlag Add<TFlag>(TFlag flag) where TFlag : Flag
    {
        _byName.Add(flag.Name, flag);
        if (flag.Shorthand is { } letter) _byLetter.Add(letter, flag);
        return flag;
    }

    /// <summary>A second name for the same option, not shown in the help.</summary>
    public void Alias(string name, Flag flag) => _byName.Add(name, new FlagAlias(name, flag) { Hidden = true });

    public BoolFlag Switch(string name, char? shorthand, string usage, bool value = false) =>
        Add(new BoolFlag(name, shorthand, usage, value));

    public ValueFlag<string> Text(string name, char? shorthand, string usage, string value = "") =>
        Add(new ValueFlag<string>(name, shorthand, usage, "string", text => text, value, value.Length > 0 ? $"\"{value}\"" : null));

    public ValueFlag<long> Number(string name, char? shorthand, string usage, long value = 0, string typeName = "int") =>
        Add(new ValueFlag<long>(name, shorthand, usage, typeName, ParseNumber, value,
            value != 0 ? value.ToString(CultureInfo.InvariantCulture) : null));

    public ValueFlag<T> Value<T>(string name, char? shorthand, string usage, string typeName, Func<string, T> parse, T value) =>
        Add(new ValueFlag<T>(name, shorthand, usage, typeName, parse, value));

    public ListFlag<string> List(string name, char? shorthand, string usage) => List(name, shorthand, usage, "list", text => text);

    public ListFlag<T> List<T>(string name, char? shorthand, string usage, string typeName, Func<string, T> parse) =>
        Add(new ListFlag<T>(name, shorthand, usage, typeName, parse));

    private static long ParseNumber(string text) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number) ? number
            : throw new FormatException($"strconv.ParseInt: parsing \"{text}\": invalid syntax");

    private sealed class FlagAlias(string name, Flag target) : Flag(name, null, target.Usage)
    {
        public override string TypeName => target.TypeName;
        public override string? ValueWhenAlone => target.ValueWhenAlone;
        protected override void Parse(string text) => target.Set(text);
    }
}
