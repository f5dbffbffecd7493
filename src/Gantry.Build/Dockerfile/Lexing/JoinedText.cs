using System.Text;

namespace Gantry.Build.Dockerfile.Lexing;

/// <summary>One instruction with its continuation lines in one string, which still knows where each of its characters stood.</summary>
internal sealed class JoinedText(SourceFile file)
{
    /// <summary>More is not typed by anybody, nor taken by execve(2).</summary>
    public const int MaxLength = 1 << 20;

    private readonly StringBuilder _text = new();
    private readonly List<(int Offset, int Line, int Column)> _pieces = [];
    private string? _whole;

    public string Text => _whole ??= _text.ToString();

    /// <param name="line">From 1, as the column.</param>
    public void Append(ReadOnlySpan<char> piece, int line, int column)
    {
        _pieces.Add((_text.Length, line, column));
        _text.Append(piece);
        _whole = null;
        if (_text.Length > MaxLength)
            throw new DockerfileException(file.Whole(line), $"an instruction is longer than {MaxLength} characters", located: false);
    }

    public TextRange Range(int start, int length)
    {
        (int line, int column) = Place(start);
        // The end belongs to the piece of the last character, not to the beginning of the next.
        (int endLine, int endColumn) = length == 0 ? (line, column - 1) : Place(start + length - 1);
        return new TextRange(file, line, column, endLine, endColumn + 1);
    }

    private (int Line, int Column) Place(int offset)
    {
        int low = 0, high = _pieces.Count - 1;
        while (low < high)
        {
            int middle = (low + high + 1) / 2;
            if (_pieces[middle].Offset <= offset) low = middle;
            else high = middle - 1;
        }
        (int start, int line, int column) = _pieces[low];
        return (line, column + offset - start);
    }
}
