namespace Gantry.Build.Dockerfile.Lexing;

/// <summary>Cuts a Dockerfile into instructions: comments go, lines that end in the escape character go on in the next, heredocs are read,
/// directives at the top count.</summary>
public sealed class Lexer
{
    /// <summary>No image has as many layers, and no build as many stages.</summary>
    private const int MaxStatements = 20_000;

    private readonly SourceFile _file;
    private readonly ParserDirectives _directives = new();
    private readonly List<Statement> _statements = [];
    private readonly List<TextRange> _empty = [];
    private List<string> _comments = [];
    private JoinedText? _open;
    private int _next;

    private Lexer(SourceFile file) => _file = file;

    /// <exception cref="DockerfileException">It cannot be read, or there is no instruction.</exception>
    public static LexedFile Read(SourceFile file) => new Lexer(file).Run();

    private LexedFile Run()
    {
        while (_next < _file.Lines.Count && _directives.TryTake(_file, _next + 1)) _next++;
        while (_next < _file.Lines.Count) TakeLine(_file.Lines[_next++].TrimEnd('\r'));
        End();
        if (_statements.Count > 0) return new LexedFile(_file, _directives, _statements, _empty);
        throw new DockerfileException(_file.Whole(1), "file with no instructions", located: false);
    }

    private void TakeLine(string line)
    {
        string text = line.Trim();
        if (text.Length == 0)
        {
            // A file ends in a line feed, with nothing behind it.
            if (_open is not null && _next < _file.Lines.Count) _empty.Add(_file.Whole(_next));
            if (_open is null) _comments = [];
            return;
        }
        if (text[0] == '#')
        {
            if (_open is null) _comments.Add(text[1..].Trim());
            return;
        }
        bool continues = TakeContinuation(ref line);
        // Blanks at the beginning of a continuation line belong to the instruction.
        int skip = _open is null ? line.Length - line.TrimStart().Length : 0;
        (_open ??= new JoinedText(_file)).Append(line.AsSpan(skip), _next, skip + 1);
        if (!continues) End();
    }

    /// <remarks>Blanks may follow the escape character; two of them are one that is meant.</remarks>
    private bool TakeContinuation(ref string line)
    {
        string text = line.TrimEnd(' ', '\t');
        if (!text.EndsWith(_directives.Escape) || (text.Length > 1 && text[^2] == _directives.Escape)) return false;
        line = text[..^1];
        return true;
    }

    private void End()
    {
        if (_open is not { } text || string.IsNullOrWhiteSpace(text.Text))
        {
            _open = null;
            return;
        }
        _open = null;
        Statement statement = new(text, 0, _directives.Escape, _comments);
        _comments = [];
        statement.Heredocs = [.. HeredocReader.Find(statement).Select(one => HeredocReader.Read(one, _file, ref _next))];
        _statements.Add(statement);
        if (_statements.Count > MaxStatements)
            throw new DockerfileException(statement.Range, $"more than {MaxStatements} instructions", located: false);
    }
}
