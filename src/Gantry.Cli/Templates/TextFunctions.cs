using System.Text;

namespace Gantry.Cli.Templates;

/// <summary>The string functions that Docker's command line adds to templates.</summary>
internal static class TextFunctions
{
    /// <summary>An empty separator splits into characters.</summary>
    public static IEnumerable<string> Split(string text, string separator) =>
        separator.Length > 0 ? text.Split(separator) : text.EnumerateRunes().Select(r => r.ToString());

    /// <summary>Upper case for the first letter of each word; the other letters stay.</summary>
    public static string Title(string text)
    {
        var output = new StringBuilder(text.Length);
        var previous = ' ';
        foreach (var c in text)
        {
            output.Append(IsSeparator(previous) ? char.ToUpperInvariant(c) : c);
            previous = c;
        }
        return output.ToString();
    }

    private static bool IsSeparator(char c) => c < 0x80 ? !char.IsAsciiLetterOrDigit(c) && c != '_' : char.IsWhiteSpace(c);

    /// <summary>Spaces before and after a text; an empty text stays empty.</summary>
    public static string Pad(string text, long before, long after) =>
        text.Length == 0 ? text : new string(' ', (int)Math.Clamp(before, 0, 4096)) + text
            + new string(' ', (int)Math.Clamp(after, 0, 4096));

    /// <summary>The first <paramref name="length"/> bytes of a text.</summary>
    public static string Truncate(string text, long length)
    {
        if (length < 0) throw new TemplateCallException($"slice bounds out of range [:{length}]");
        var bytes = Encoding.UTF8.GetBytes(text);
        return bytes.Length <= length ? text : Encoding.UTF8.GetString(bytes, 0, (int)length);
    }
}
