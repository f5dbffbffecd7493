using System.Globalization;
using System.Text;

namespace Gantry.Cli.Templates;

/// <summary>Values as text the way Go's fmt package prints them with %v.</summary>
internal static class GoPrinter
{
    /// <summary>Prints what an action yields; absence shows as "&lt;no value&gt;".</summary>
    public static void Print(StringBuilder output, object? value) => Append(output, value, withNames: false);

    public static string Text(object? value)
    {
        var output = new StringBuilder();
        Append(output, value, withNames: false);
        return output.ToString();
    }

    /// <summary>The print function: a space between two neighbours neither of which is a string.</summary>
    public static string Sprint(object?[] values)
    {
        var output = new StringBuilder();
        for (var i = 0; i < values.Length; i++)
        {
            if (i > 0 && values[i] is not string && values[i - 1] is not string) output.Append(' ');
            Append(output, values[i], withNames: false);
        }
        return output.ToString();
    }

    /// <summary>The println function: a space between all, a newline at the end.</summary>
    public static string Sprintln(object?[] values)
    {
        var output = new StringBuilder();
        for (var i = 0; i < values.Length; i++)
        {
            if (i > 0) output.Append(' ');
            Append(output, values[i], withNames: false);
        }
        return output.Append('\n').ToString();
    }

    /// <param name="output">Receives the text.</param>
    /// <param name="value">The value.</param>
    /// <param name="withNames">%+v: a structure's field names before their values.</param>
    public static void Append(StringBuilder output, object? value, bool withNames)
    {
        switch (value)
        {
            case null: output.Append("<nil>"); break;
            case NoValue: output.Append("<no value>"); break;
            case bool b: output.Append(b ? "true" : "false"); break;
            case long n: output.Append(n.ToString(CultureInfo.InvariantCulture)); break;
            case double d: output.Append(GoFloat.Shortest(d)); break;
            case TemplateList list: AppendList(output, list, withNames); break;
            case TemplateMap map: AppendMap(output, map, withNames); break;
            case TemplateObject fields: AppendObject(output, fields, withNames); break;
            default: output.Append(value); break;
        }
    }

    private static void AppendList(StringBuilder output, TemplateList list, bool withNames)
    {
        output.Append('[');
        for (var i = 0; i < list.Items.Count; i++)
        {
            if (i > 0) output.Append(' ');
            AppendElement(output, list.Items[i], withNames);
        }
        output.Append(']');
    }

    private static void AppendMap(StringBuilder output, TemplateMap map, bool withNames)
    {
        output.Append("map[");
        var first = true;
        foreach (var (key, value) in map.Entries)
        {
            if (!first) output.Append(' ');
            first = false;
            output.Append(key).Append(':');
            AppendElement(output, value, withNames);
        }
        output.Append(']');
    }

    private static void AppendObject(StringBuilder output, TemplateObject target, bool withNames)
    {
        output.Append('{');
        var first = true;
        foreach (var (key, value) in target.Fields)
        {
            if (!first) output.Append(' ');
            first = false;
            if (withNames) output.Append(key).Append(':');
            AppendElement(output, value, withNames);
        }
        output.Append('}');
    }

    /// <summary>Inside a collection absence is a nil like any other.</summary>
    private static void AppendElement(StringBuilder output, object? value, bool withNames) =>
        Append(output, value is NoValue ? null : value, withNames);
}
