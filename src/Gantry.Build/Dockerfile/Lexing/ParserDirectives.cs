namespace Gantry.Build.Dockerfile.Lexing;

/// <summary>The comments at the top of a Dockerfile that say how to read it: <c># name=value</c>.</summary>
public sealed class ParserDirectives
{
    private readonly Dictionary<string, Word> _values = [];

    /// <summary>The frontend that the author has in mind: looked at by nobody, for all of the language is here.</summary>
    public Word? Syntax => Value("syntax");

    /// <summary>Which checks to leave out, and whether a warning is an error.</summary>
    public Word? Check => Value("check");

    public char Escape => Value("escape") is { } escape ? escape.Text[0] : '\\';

    private Word? Value(string name) => _values.TryGetValue(name, out Word value) ? value : null;

    /// <returns>False when the line is none: from there on such lines are comments.</returns>
    /// <exception cref="DockerfileException">One that is known comes a second time, or makes no sense.</exception>
    internal bool TryTake(SourceFile file, int number)
    {
        string line = file.Lines[number - 1], text = line.TrimStart();
        int equals = text.IndexOf('=');
        if (!text.StartsWith('#') || equals < 0) return false;
        string name = text[1..equals].Trim().ToLowerInvariant(), value = text[(equals + 1)..].Trim();
        if (name.Length == 0 || value.Length == 0 || !char.IsAsciiLetter(name[0]) || !name.All(char.IsAsciiLetterOrDigit)) return false;
        if (name is not ("escape" or "syntax" or "check")) return true;
        int column = line.IndexOf('=') + 1;
        while (char.IsWhiteSpace(line[column])) column++;
        Word word = new(value, new TextRange(file, number, column + 1, number, column + 1 + value.Length));
        if (!_values.TryAdd(name, word))
            throw new DockerfileException(file.Whole(number), $"only one {name} parser directive can be used", located: false);
        if (name == "escape" && value is not ("\\" or "`"))
            throw new DockerfileException(word.Range, $"invalid escape token '{value}' does not match ` or \\", located: false);
        return true;
    }
}
