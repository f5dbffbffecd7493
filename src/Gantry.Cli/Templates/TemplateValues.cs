using System.Text;

namespace Gantry.Cli.Templates;

// What a template computes with, besides null, bool, long, double and string.

/// <summary>The result of looking up something that is not there; prints as "&lt;no value&gt;".</summary>
internal sealed class NoValue
{
    public static readonly NoValue Instance = new();
    private NoValue() { }
}

/// <summary>A number kept as its digits: it prints, compares and measures like a string, as undecoded JSON numbers do.</summary>
internal sealed record JsonNumber(string Text)
{
    public override string ToString() => Text;
}

internal interface ITemplateJson
{
    void WriteJson(StringBuilder output);
}

/// <summary>A mapping with string keys.</summary>
internal abstract class TemplateMap : ITemplateJson
{
    public abstract int Count { get; }
    public abstract string TypeName { get; }

    /// <summary>What index answers for an absent key: the element type's zero value.</summary>
    public virtual object? Zero => NoValue.Instance;

    public abstract bool TryGet(string key, out object? value);

    /// <summary>The entries by ascending key.</summary>
    public abstract IEnumerable<KeyValuePair<string, object?>> Entries { get; }

    public abstract void WriteJson(StringBuilder output);
}

/// <summary>Something with a fixed set of fields; asking for another one is an error.</summary>
internal abstract class TemplateObject : ITemplateJson
{
    public abstract string TypeName { get; }

    /// <summary>Looks up a field, or calls a method when <paramref name="arguments"/> has values.</summary>
    /// <returns>False when there is no such field.</returns>
    /// <exception cref="TemplateCallException">The method takes another number of arguments.</exception>
    public abstract bool TryGet(string name, IReadOnlyList<object?> arguments, out object? value);

    /// <summary>Fields in order of declaration, for printing.</summary>
    public abstract IEnumerable<KeyValuePair<string, object?>> Fields { get; }

    public abstract void WriteJson(StringBuilder output);
}

/// <summary>A sequence. A nil one prints as an empty list and encodes as null.</summary>
internal sealed class TemplateList(IReadOnlyList<object?> items, string typeName = "[]interface {}", bool isNil = false) : ITemplateJson
{
    public IReadOnlyList<object?> Items { get; } = items;
    public string TypeName { get; } = typeName;

    public static TemplateList Of(IEnumerable<string> items) => new([.. items], "[]string");

    public void WriteJson(StringBuilder output)
    {
        if (isNil) { output.Append("null"); return; }
        output.Append('[');
        for (var i = 0; i < Items.Count; i++)
        {
            if (i > 0) output.Append(',');
            GoJson.Write(output, Items[i]);
        }
        output.Append(']');
    }
}

/// <summary>A function or method refused its arguments; the evaluator adds where.</summary>
internal sealed class TemplateCallException(string message) : Exception(message);
