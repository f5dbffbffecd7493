namespace Gantry.Cli.Templates;

/// <summary>What Go's reflection would say of a value: its type's name, its length, whether it counts as true.</summary>
internal static class GoValue
{
    public static string TypeName(object? value) => value switch
    {
        null or NoValue => "<nil>",
        bool => "bool",
        long => "int",
        double => "float64",
        string => "string",
        JsonNumber => "json.Number",
        TemplateList list => list.TypeName,
        TemplateMap map => map.TypeName,
        TemplateObject fixedFields => fixedFields.TypeName,
        _ => "interface {}",
    };

    public static bool IsTrue(object? value) => value switch
    {
        null or NoValue => false,
        bool b => b,
        long n => n != 0,
        double d => d != 0,
        string s => s.Length > 0,
        JsonNumber n => n.Text.Length > 0,
        TemplateList list => list.Items.Count > 0,
        TemplateMap map => map.Count > 0,
        _ => true,
    };

    /// <summary>The text of a string-like value; null for anything else.</summary>
    public static string? AsText(object? value) => value switch
    {
        string s => s,
        JsonNumber n => n.Text,
        _ => null,
    };

    /// <summary>Absence becomes nil where a value is passed on to a function.</summary>
    public static object? AsArgument(object? value) => value is NoValue ? null : value;
}
