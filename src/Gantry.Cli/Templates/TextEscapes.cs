using System.Globalization;
using System.Text;

namespace Gantry.Cli.Templates;

/// <summary>html, js and urlquery.</summary>
internal static class TextEscapes
{
    public static string Join(object?[] values) => values is [string text] ? text : GoPrinter.Sprint(values);

    public static string Html(string text)
    {
        var output = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            output.Append(c switch
            {
                '<' => "&lt;",
                '>' => "&gt;",
                '&' => "&amp;",
                '"' => "&#34;",
                '\'' => "&#39;",
                '\0' => "\uFFFD",
                _ => null,
            } ?? c.ToString());
        }
        return output.ToString();
    }

    public static string Script(string text)
    {
        var output = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            switch (c)
            {
                case '\\' or '\'' or '"': output.Append('\\').Append(c); break;
                case '<' or '>' or '&' or '='
                    or < ' ': output.Append("\\u").Append(((int)c).ToString("X4", CultureInfo.InvariantCulture)); break;
                default: output.Append(c); break;
            }
        }
        return output.ToString();
    }

    public static string Query(string text)
    {
        var output = new StringBuilder(text.Length);
        foreach (var b in Encoding.UTF8.GetBytes(text))
        {
            var c = (char)b;
            if (char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '~') output.Append(c);
            else if (c == ' ') output.Append('+');
            else output.Append('%').Append(b.ToString("X2", CultureInfo.InvariantCulture));
        }
        return output.ToString();
    }
}
