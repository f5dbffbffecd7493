using System.Text;

namespace Gantry.Build.Dockerfile.Lexing;

/// <summary>One instruction of a Dockerfile, taken apart as far as all instructions are alike.</summary>
public sealed class Statement
{
    internal const string Blanks = " \t\v\f\r";

    private readonly JoinedText _text;
    private readonly int _start, _restStart;

    /// <param name="start">Where it begins in the text.</param>
    internal Statement(JoinedText text, int start, char escape, IReadOnlyList<string> comments)
    {
        (_text, Escape, Comments) = (text, escape, comments);
        string whole = text.Text;
        int end = whole.Length;
        while (start < end && char.IsWhiteSpace(whole[start])) start++;
        while (end > start && char.IsWhiteSpace(whole[end - 1])) end--;
        _start = start;
        int length = whole.AsSpan(start, end - start).IndexOfAny(Blanks);
        Keyword = new Word(whole.Substring(start, length < 0 ? end - start : length), text.Range(start, length < 0 ? end - start : length));
        Name = Keyword.Text.ToUpperInvariant();
        _restStart = SkipBlanks(whole, start + Keyword.Text.Length, end);
        Flags = TakeFlags(whole, ref _restStart, end);
        Rest = whole[_restStart..end];
        Range = text.Range(start, end - start);
    }

    /// <summary>In capitals.</summary>
    public string Name { get; }

    /// <summary>The name as it is written.</summary>
    public Word Keyword { get; }

    /// <summary>The words in front with <c>--</c>, their quotes and escapes taken off.</summary>
    public IReadOnlyList<Word> Flags { get; }

    /// <summary>What comes behind the flags, continuation lines joined, without blanks around it.</summary>
    public string Rest { get; }

    /// <summary>The character that takes the next one's meaning away: a backslash, unless the file says a back quote.</summary>
    public char Escape { get; }

    /// <summary>What stands directly above, without the number signs.</summary>
    public IReadOnlyList<string> Comments { get; }

    public IReadOnlyList<Heredoc> Heredocs { get; internal set; } = [];

    /// <summary>Without the heredocs.</summary>
    public TextRange Range { get; }

    /// <summary>All of it, continuation lines joined: what a build calls its step.</summary>
    public string Text => _text.Text[_start..].TrimEnd();

    /// <summary>A part of <see cref="Rest"/>.</summary>
    public Word Part(int start, int length) => new(Rest.Substring(start, length), _text.Range(_restStart + start, length));

    /// <summary>The rest as one word.</summary>
    public Word Whole => Part(0, Rest.Length);

    /// <summary>The rest, cut at blanks.</summary>
    public List<Word> Words()
    {
        List<Word> words = [];
        for (int at = 0; at < Rest.Length;)
        {
            int blank = Rest.AsSpan(at).IndexOfAny(Blanks), end = blank < 0 ? Rest.Length : at + blank;
            if (end > at) words.Add(Part(at, end - at));
            at = end + 1;
        }
        return words;
    }

    /// <summary>The rest as an instruction of its own, as ONBUILD has it.</summary>
    public Statement Inner() => new(_text, _restStart, Escape, []) { Heredocs = Heredocs };

    /// <returns>The exception to throw.</returns>
    public DockerfileException Refuse(string reason, string? hint = null) => new(Range, reason, hint);

    /// <returns>The exception to throw where Docker says no line in front: it does not get as far as a command.</returns>
    public DockerfileException RefuseSyntax(string reason, string? hint = null) => new(Range, reason, hint, located: false);

    private static int SkipBlanks(string text, int at, int end)
    {
        while (at < end && char.IsWhiteSpace(text[at])) at++;
        return at;
    }

    /// <summary><c>--</c> alone is the end of them.</summary>
    private List<Word> TakeFlags(string text, ref int at, int end)
    {
        List<Word> flags = [];
        while (string.CompareOrdinal(text, at, "--", 0, 2) == 0 && at + 2 <= end)
        {
            int start = at;
            string word = FirstWord(text, ref at, end);
            int length = at - start;
            at = SkipBlanks(text, at, end);
            if (word == "--") break;
            flags.Add(new Word(word, _text.Range(start, length)));
        }
        return flags;
    }

    private string FirstWord(string text, ref int at, int end)
    {
        StringBuilder word = new();
        char quote = '\0';
        for (; at < end && (quote != '\0' || !char.IsWhiteSpace(text[at])); at++)
        {
            char c = text[at];
            if (c == Escape && at + 1 < end) word.Append(text[++at]);
            else if (quote != '\0' && c == quote) quote = '\0';
            else if (quote == '\0' && c is '"' or '\'') quote = c;
            else word.Append(c);
        }
        return word.ToString();
    }
}
