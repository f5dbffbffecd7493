using System.Globalization;
using System.Text;

namespace Gantry.Cli.Templates;

/// <summary>JSON text as Go's encoder writes it: compact, and with &lt; &gt; &amp; escaped only where asked.</summary>
internal static class GoJson
{
    public static string Encode(object? value)
    {
        var output = new StringBuilder();
        Write(output, value);
        return output.ToString();
    }

    public static void Write(StringBuilder output, object? value, bool escapeHtml = false)
    {
        switch (value)
        {
            case null or NoValue: output.Append("null"); break;
            case bool b: output.Append(b ? "true" : "false"); break;
            case long n: output.Append(n.ToString(CultureInfo.InvariantCulture)); break;
            case double d: output.Append(GoFloat.Json(d)); break;
            case JsonNumber n: output.Append(n.Text); break;
            case string s: WriteString(output, s, escapeHtml); break;
            case ITemplateJson json: json.WriteJson(output); break;
            default: throw new InvalidOperationException($"a template value of type {value.GetType()} has no JSON form");
        }
    }

    public static void WriteString(StringBuilder output, string text, bool escapeHtml)
    {
        output.Append('"');
        foreach (var c in text)
        {
            switch (c)
            {
                case '"': output.Append("\\\""); break;
                case '\\': output.Append("\\\\"); break;
                case '\n': output.Append("\\n"); break;
                case '\r': output.Append("\\r"); break;
                case '\t': output.Append("\\t"); break;
                case '\b': output.Append("\\b"); break;
                case '\f': output.Append("\\f"); break;
                case < ' ' or '\u2028' or '\u2029': AppendCode(output, c); break;
                case '<' or '>' or '&' when escapeHtml: AppendCode(output, c); break;
                default: output.Append(c); break;
            }
        }
        output.Append('"');
    }

    private static void AppendCode(StringBuilder output, char c) =>
        output.Append("\\u").Append(((int)c).ToString("x4", CultureInfo.InvariantCulture));
}
