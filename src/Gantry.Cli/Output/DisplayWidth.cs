using System.Text;

namespace Gantry.Cli.Output;

/// <summary>How many columns of a terminal a text takes.</summary>
internal static class DisplayWidth
{
    public static int Of(string text)
    {
        if (Ascii.IsValid(text)) return text.Length;
        int columns = 0;
        foreach (Rune rune in text.EnumerateRunes()) columns += Of(rune);
        return columns;
    }

    /// <summary>Han, kana, Hangul, full-width forms and emoji take two columns: https://www.unicode.org/reports/tr11/.</summary>
    public static int Of(Rune rune) => rune.Value switch
    {
        < 0x1100 => 1,
        <= 0x115f or (>= 0x2e80 and <= 0x303e) or (>= 0x3041 and <= 0x33ff) or (>= 0x3400 and <= 0x4dbf) or (>= 0x4e00 and <= 0xa4cf) => 2,
        (>= 0xa960 and <= 0xa97c) or (>= 0xac00 and <= 0xd7a3) or (>= 0xf900 and <= 0xfaff) or (>= 0xfe30 and <= 0xfe6f) => 2,
        (>= 0xff00 and <= 0xff60) or (>= 0xffe0 and <= 0xffe6) or (>= 0x1f300 and <= 0x1f64f) or (>= 0x1f900 and <= 0x1f9ff)
            or (>= 0x20000 and <= 0x3fffd) => 2,
        _ => 1,
    };
}
