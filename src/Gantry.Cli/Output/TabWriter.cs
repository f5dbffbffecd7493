using System.Text;

namespace Gantry.Cli.Output;

/// <summary>Aligns text in columns: a cell ends at a tab, and neighbouring lines that have a cell in a column share its width.</summary>
/// <remarks>The last cell of a line belongs to no column and is not padded. Widths are counted in columns of a terminal.</remarks>
internal static class TabWriter
{
    // As measured from docker's tables: no column is narrower than ten, and three spaces at least stand between two.
    private const int MinWidth = 10;
    private const int Padding = 3;

    public static string Align(string text) => Align(text, MinWidth, Padding);

    public static string Align(string text, int minWidth, int padding)
    {
        if (!text.Contains('\t')) return text;
        var endsLine = text.EndsWith('\n');
        var lines = (endsLine ? text[..^1] : text).Split('\n').Select(l => l.Split('\t')).ToArray();
        var output = new StringBuilder(text.Length * 2);
        AppendBlock(output, lines, 0, lines.Length, [], minWidth, padding);
        if (!endsLine) output.Length--;
        return output.ToString();
    }

    /// <summary>Lines [from, to) have the columns in <paramref name="widths"/>; finds the runs of lines that share the next one.</summary>
    private static void AppendBlock(StringBuilder output, string[][] lines, int from, int to, List<int> widths, int minWidth, int padding)
    {
        var column = widths.Count;
        var line = from;
        while (line < to)
        {
            if (lines[line].Length - 1 <= column)
            {
                AppendLine(output, lines[line], widths);
                line++;
                continue;
            }
            var start = line;
            var width = minWidth;
            for (; line < to && lines[line].Length - 1 > column; line++)
                width = Math.Max(width, DisplayWidth.Of(lines[line][column]) + padding);
            widths.Add(width);
            AppendBlock(output, lines, start, line, widths, minWidth, padding);
            widths.RemoveAt(column);
        }
    }

    private static void AppendLine(StringBuilder output, string[] cells, List<int> widths)
    {
        for (var i = 0; i < cells.Length; i++)
        {
            output.Append(cells[i]);
            if (i < cells.Length - 1) output.Append(' ', widths[i] - DisplayWidth.Of(cells[i]));
        }
        output.Append('\n');
    }
}
