using System.Text;
using Gantry.Cli.Output;

namespace Gantry.Cli.Builds.Progress;

/// <summary>Text as a terminal lays it out in cells.</summary>
internal static class CellText
{
    /// <summary>Without what would move the cursor or change colours; a tab is a blank.</summary>
    public static string Plain(string text)
    {
        if (!text.Any(char.IsControl)) return text;
        StringBuilder plain = new();
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] == '\e') i = EndOfSequence(text, i);
            else if (text[i] == '\t') plain.Append(' ');
            else if (!char.IsControl(text[i])) plain.Append(text[i]);
        }
        return plain.ToString();
    }

    /// <summary>As much of its beginning as there is room for.</summary>
    public static string Cut(string text, int cells)
    {
        int width = 0, length = 0;
        foreach (Rune rune in text.EnumerateRunes())
        {
            if ((width += DisplayWidth.Of(rune)) > cells) return text[..length];
            length += rune.Utf16SequenceLength;
        }
        return text;
    }

    /// <returns>The last character of a sequence as ECMA-48 has them: CSI, or two characters.</returns>
    private static int EndOfSequence(string text, int at)
    {
        if (at + 1 >= text.Length || text[at + 1] != '[') return at + 1;
        int end = at + 2;
        while (end < text.Length && text[end] is < '@' or > '~') end++;
        return end;
    }
}
