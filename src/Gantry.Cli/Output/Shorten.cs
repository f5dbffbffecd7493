using System.Text;

namespace Gantry.Cli.Output;

/// <summary>Long values cut to what a table has room for.</summary>
internal static class Shorten
{
    /// <summary>The first twelve digits of an object's ID, without its algorithm.</summary>
    public static string Id(string id)
    {
        var colon = id.IndexOf(':', StringComparison.Ordinal);
        var digits = colon >= 0 ? id[(colon + 1)..] : id;
        return digits.Length > 12 ? digits[..12] : digits;
    }

    /// <summary>Cuts a text to what fits into <paramref name="width"/> columns of a terminal,
    /// the last of which is then an ellipsis.</summary>
    public static string Text(string text, int width)
    {
        if (text.Length * 2 <= width) return text;
        int columns = 0, fits = 0, length = 0;
        foreach (Rune rune in text.EnumerateRunes())
        {
            columns += DisplayWidth.Of(rune);
            length += rune.Utf16SequenceLength;
            if (columns < width) fits = length;
        }
        return columns <= width ? text : text[..fits] + "…";
    }
}
