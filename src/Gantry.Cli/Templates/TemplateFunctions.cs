using Gantry.Cli.Options;

namespace Gantry.Cli.Templates;

internal enum ParameterType { Any, String, Integer, StringList }

/// <summary>A function a template can call.</summary>
/// <param name="Parameters">Types by position; a variadic function's last one repeats.</param>
/// <param name="Variadic">The last parameter may be given any number of times, also never.</param>
internal sealed record TemplateFunction(ParameterType[] Parameters, bool Variadic, Func<object?[], object?> Invoke)
{
    public ParameterType TypeOf(int index) => Parameters[Math.Min(index, Parameters.Length - 1)];

    /// <returns>Null when the function takes that many arguments, else "want n got m".</returns>
    public string? Refuses(int count)
    {
        var wanted = Variadic ? Parameters.Length - 1 : Parameters.Length;
        if (Variadic ? count >= wanted : count == wanted) return null;
        return Variadic ? $"want at least {wanted} got {count}" : $"want {wanted} got {count}";
    }
}

/// <summary>Go's predefined template functions and those Docker's command line adds.</summary>
internal static class TemplateFunctions
{
    // A switch instead of a table: nothing is built before a template names the function.
    public static TemplateFunction? Lookup(string name) => name switch
    {
        "and" or "or" => Variadic(1, _ => null),
        "not" => Fixed(1, a => !GoValue.IsTrue(a[0])),
        "len" => Fixed(1, a => CollectionFunctions.Length(a[0])),
        "index" => Variadic(1, CollectionFunctions.Index),
        "slice" => Variadic(1, CollectionFunctions.Slice),
        "call" => Variadic(1, a => throw new TemplateCallException($"non-function of type {GoValue.TypeName(a[0])}")),
        "print" => Variadic(0, GoPrinter.Sprint),
        "println" => Variadic(0, GoPrinter.Sprintln),
        "printf" => new TemplateFunction([ParameterType.String, ParameterType.Any], true, a => GoFormat.Format((string)a[0]!, a.AsSpan(1))),
        "html" => Variadic(0, a => TextEscapes.Html(TextEscapes.Join(a))),
        "js" => Variadic(0, a => TextEscapes.Script(TextEscapes.Join(a))),
        "urlquery" => Variadic(0, a => TextEscapes.Query(TextEscapes.Join(a))),
        "eq" => Variadic(1, Comparisons.Equal),
        "ne" => Fixed(2, a => !Comparisons.Same(a[0], a[1])),
        "lt" => Fixed(2, a => Comparisons.Less(a[0], a[1])),
        "le" => Fixed(2, a => !Comparisons.Less(a[1], a[0])),
        "gt" => Fixed(2, a => Comparisons.Less(a[1], a[0])),
        "ge" => Fixed(2, a => !Comparisons.Less(a[0], a[1])),
        "json" => Fixed(1, a => GoJson.Encode(a[0])),
        "join" => new TemplateFunction([ParameterType.StringList, ParameterType.String], false,
            a => string.Join((string)a[1]!, ((TemplateList)a[0]!).Items)),
        "split" => Strings(2, a => TemplateList.Of(TextFunctions.Split((string)a[0]!, (string)a[1]!))),
        "lower" => Strings(1, a => ((string)a[0]!).ToLowerInvariant()),
        "upper" => Strings(1, a => ((string)a[0]!).ToUpperInvariant()),
        "title" => Strings(1, a => TextFunctions.Title((string)a[0]!)),
        "pad" => new TemplateFunction([ParameterType.String, ParameterType.Integer, ParameterType.Integer], false,
            a => TextFunctions.Pad((string)a[0]!, (long)a[1]!, (long)a[2]!)),
        "truncate" => new TemplateFunction([ParameterType.String, ParameterType.Integer], false,
            a => TextFunctions.Truncate((string)a[0]!, (long)a[1]!)),
        _ => null,
    };

    public static bool ShapesText(string name) =>
        name is "json" or "join" or "split" or "title" or "lower" or "upper" or "pad" or "truncate";

    public static bool Exists(string name) => Lookup(name) is not null;

    public static TemplateFunction Find(string name) =>
        Lookup(name) ?? throw new InvalidOperationException($"the parser let the unknown function {name} pass");

    public static string TypeName(ParameterType type) => type switch
    {
        ParameterType.String => "string",
        ParameterType.Integer => "int",
        ParameterType.StringList => "[]string",
        _ => "interface {}",
    };

    private static TemplateFunction Fixed(int count, Func<object?[], object?> body) =>
        new([.. Enumerable.Repeat(ParameterType.Any, count)], false, body);

    private static TemplateFunction Variadic(int least, Func<object?[], object?> body) =>
        new([.. Enumerable.Repeat(ParameterType.Any, least + 1)], true, body);

    private static TemplateFunction Strings(int count, Func<object?[], object?> body) =>
        new([.. Enumerable.Repeat(ParameterType.String, count)], false, body);
}
