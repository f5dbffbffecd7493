using System.Text;
using System.Text.Json;

namespace Gantry.Cli.Templates;

/// <summary>Rewrites JSON received from the daemon: compact, or indented by four spaces as inspect prints it.
/// Order and digits stay.</summary>
internal static class JsonText
{
    public static void Append(StringBuilder output, JsonElement element) => Append(output, element, indent: -1);

    /// <param name="output">Receives the text.</param>
    /// <param name="element">The value.</param>
    /// <param name="indent">The depth the value stands at, or a negative number for compact text.</param>
    public static void Append(StringBuilder output, JsonElement element, int indent)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                AppendObject(output, element, indent);
                break;
            case JsonValueKind.Array:
                AppendArray(output, element, indent);
                break;
            case JsonValueKind.String:
                GoJson.WriteString(output, element.GetString()!, escapeHtml: false);
                break;
            default:
                output.Append(element.GetRawText());
                break;
        }
    }

    private static void AppendObject(StringBuilder output, JsonElement element, int indent)
    {
        output.Append('{');
        var first = true;
        foreach (var property in element.EnumerateObject())
        {
            if (!first) output.Append(',');
            first = false;
            NewLine(output, indent, 1);
            GoJson.WriteString(output, property.Name, escapeHtml: false);
            output.Append(indent < 0 ? ":" : ": ");
            Append(output, property.Value, indent < 0 ? indent : indent + 1);
        }
        if (!first) NewLine(output, indent, 0);
        output.Append('}');
    }

    private static void AppendArray(StringBuilder output, JsonElement element, int indent)
    {
        output.Append('[');
        var first = true;
        foreach (var item in element.EnumerateArray())
        {
            if (!first) output.Append(',');
            first = false;
            NewLine(output, indent, 1);
            Append(output, item, indent < 0 ? indent : indent + 1);
        }
        if (!first) NewLine(output, indent, 0);
        output.Append(']');
    }

    private static void NewLine(StringBuilder output, int indent, int deeper)
    {
        if (indent >= 0) output.Append('\n').Append(' ', 4 * (indent + deeper));
    }
}
