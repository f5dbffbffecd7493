using System.Text;

namespace Gantry.Build.Dockerfile.Expansion;

/// <summary>Takes quotes and escapes off a word of a Dockerfile and puts values in the place of variables, as a shell would.</summary>
/// <remarks>
/// <c>$name</c> and <c>${name}</c>; <c>${name:-word}</c>, <c>:+</c> and <c>:?</c> when it is empty or not set,
/// without the colon when it is not set; <c>${name#pattern}</c>, <c>##</c>, <c>%</c>, <c>%%</c>, <c>/pattern/word</c> and <c>//</c>. A
/// variable that is not set is empty.
/// </remarks>
internal sealed class ShellExpansion
{
    /// <summary>No value may grow beyond this, and <c>ENV A=$A$A</c> doubles with each line:
    /// the kernel takes no longer argument or variable, execve(2).</summary>
    private const int MaxLength = 128 << 10;

    private const int MaxDepth = 100;

    private readonly string _text;
    private readonly char _escape;
    private readonly Func<string, string?> _values;
    private readonly bool _quotes;
    private readonly List<string> _words = [];
    private StringBuilder? _word;
    private int _at, _depth;
    private bool _inPattern;

    private ShellExpansion(string text, char escape, Func<string, string?> values, bool quotes = true) =>
        (_text, _escape, _values, _quotes) = (text, escape, values, quotes);

    /// <summary>The names of variables without a value for which there is no other word either.</summary>
    public List<string> Undefined { get; } = [];

    /// <param name="values">Gives the value of a name; null when it is not set.</param>
    /// <param name="quotes">False for the content of a heredoc, in which quotes are characters like any others.</param>
    /// <exception cref="FormatException">It makes no sense.</exception>
    public static string Expand(string text, char escape, Func<string, string?> values, ICollection<string> undefined, bool quotes = true)
    {
        ShellExpansion expansion = new(text, escape, values, quotes);
        string expanded = expansion.Until('\0');
        foreach (string name in expansion.Undefined) undefined.Add(name);
        return expanded;
    }

    /// <summary>As <see cref="Expand"/>, then cut at the blanks that are in no quotes, those of values too.</summary>
    public static List<string> ExpandWords(string text, char escape, Func<string, string?> values, ICollection<string> undefined)
    {
        ShellExpansion expansion = new(text, escape, values);
        expansion.Until('\0');
        expansion.EndWord();
        foreach (string name in expansion.Undefined) undefined.Add(name);
        return expansion._words;
    }

    /// <param name="end">Taken, and not part of the result; NUL is the end of the text.</param>
    private string Until(char end)
    {
        StringBuilder result = new();
        while (_at < _text.Length)
        {
            char c = _text[_at];
            if (c == end && end != '\0')
            {
                _at++;
                return result.ToString();
            }
            string part = c switch
            {
                '\'' when _quotes => Whole(SingleQuoted()),
                '"' when _quotes => Whole(DoubleQuoted()),
                '$' => Split(Variable()),
                _ when c == _escape => Whole(Escaped()),
                _ => Split(_text[_at++].ToString()),
            };
            Bound(result.Append(part));
        }
        return end == '\0' ? result.ToString() : throw new FormatException($"syntax error: missing '{end}'");
    }

    /// <summary>After whatever may be long was appended: a line has many parts, and each of them may be as long as a value.</summary>
    public static void Bound(StringBuilder value)
    {
        if (value.Length > MaxLength) throw new FormatException($"the value is longer than {MaxLength} characters");
    }

    private string Escaped() => ++_at < _text.Length ? _text[_at++].ToString() : "";

    private string SingleQuoted()
    {
        int end = _text.IndexOf('\'', _at + 1);
        if (end < 0)
        {
            _at = _text.Length;
            throw new FormatException("unexpected end of statement while looking for matching single-quote");
        }
        string inside = _text[(_at + 1)..end];
        _at = end + 1;
        return inside;
    }

    /// <summary>Variables have their values; the escape character works before what would mean something here alone.</summary>
    private string DoubleQuoted()
    {
        StringBuilder inside = new();
        for (_at++; _at < _text.Length;)
        {
            char c = _text[_at];
            if (c == '"')
            {
                _at++;
                return inside.ToString();
            }
            if (c == '$')
            {
                Bound(inside.Append(Variable()));
                continue;
            }
            if (c == _escape && _at + 1 < _text.Length && (_text[_at + 1] is '"' or '$' || _text[_at + 1] == _escape)) c = _text[++_at];
            inside.Append(c);
            _at++;
        }
        throw new FormatException("unexpected end of statement while looking for matching double-quote");
    }

    private string Variable()
    {
        _at++;
        if (Peek != '{') return Name() is { Length: > 0 } plain ? Known(plain) : "$";
        _at++;
        if (Peek is '\0') throw new FormatException("syntax error: missing '}'");
        if (Peek is '{' or '}' or ':') throw new FormatException("syntax error: bad substitution");
        string name = Name();
        char kind = Next();
        string? value = _values(name);
        return kind switch
        {
            '}' => Known(name),
            ':' => Substitute(name, string.IsNullOrEmpty(value) ? null : value, Next()),
            '-' or '+' or '?' => Substitute(name, value, kind),
            '#' or '%' => Trim(Known(name), kind),
            '/' => Replace(Known(name)),
            '\0' => throw new FormatException("syntax error: missing '}'"),
            _ => throw new FormatException($"unsupported modifier ({kind}) in substitution"),
        };
    }

    private string Known(string name)
    {
        if (_values(name) is { } value) return value;
        Undefined.Add(name);
        return "";
    }

    /// <param name="value">Null where the word is to count.</param>
    private string Substitute(string name, string? value, char modifier)
    {
        if (modifier == '\0') throw new FormatException("syntax error: missing '}'");
        if (modifier is not ('-' or '+' or '?')) throw new FormatException($"unsupported modifier ({modifier}) in substitution");
        string word = Substitution();
        return modifier switch
        {
            '-' => value ?? word,
            '+' => value is null ? "" : word,
            _ => value ?? throw new FormatException($"{name}: {(word.Length > 0 ? word : "is not allowed to be unset")}"),
        };
    }

    private string Substitution()
    {
        try
        {
            return Inner('}');
        }
        catch (FormatException) when (_at >= _text.Length)
        {
            // Whatever else is open: this is what comes first.
            throw new FormatException("syntax error: missing '}'");
        }
    }

    private string Trim(string value, char end)
    {
        bool longest = Peek == end;
        if (longest) _at++;
        string pattern = Pattern('}');
        return end == '#' ? ShellPattern.TrimStart(value, pattern, longest) : ShellPattern.TrimEnd(value, pattern, longest);
    }

    private string Replace(string value)
    {
        bool all = Peek == '/';
        if (all) _at++;
        string pattern = Pattern('/'), word = Inner('}');
        return ShellPattern.Replace(value, pattern, word, all);
    }

    /// <summary>What is quoted or escaped in a pattern means itself.</summary>
    private string Pattern(char end)
    {
        bool outer = _inPattern;
        _inPattern = true;
        string pattern = Inner(end);
        _inPattern = outer;
        return pattern;
    }

    /// <summary>A part of a substitution, which is no word of its own.</summary>
    private string Inner(char end)
    {
        if (++_depth > MaxDepth) throw new FormatException("substitutions are nested too deeply");
        StringBuilder? outer = _word;
        int words = _words.Count;
        _word = null;
        string inner = Until(end);
        _depth--;
        _words.RemoveRange(words, _words.Count - words);
        _word = outer;
        return inner;
    }

    /// <summary>Letters, digits and underscores; a number that stands first, or one of the shell's signs, is a name by itself.</summary>
    private string Name()
    {
        int start = _at;
        if (char.IsAsciiDigit(Peek))
        {
            while (char.IsAsciiDigit(Peek)) _at++;
        }
        else if (Peek is '@' or '*' or '#' or '?' or '-' or '$' or '!') _at++;
        else
        {
            while (char.IsLetterOrDigit(Peek) || Peek == '_') _at++;
        }
        return _text[start.._at];
    }

    private char Peek => _at < _text.Length ? _text[_at] : '\0';

    private char Next() => _at < _text.Length ? _text[_at++] : '\0';

    private string Whole(string part)
    {
        if (_inPattern) part = ShellPattern.Literal(part);
        (_word ??= new StringBuilder()).Append(part);
        return part;
    }

    private string Split(string part)
    {
        foreach (char c in part)
        {
            if (char.IsWhiteSpace(c)) EndWord();
            else (_word ??= new StringBuilder()).Append(c);
        }
        return part;
    }

    private void EndWord()
    {
        if (_word is not null) _words.Add(_word.ToString());
        _word = null;
    }
}
