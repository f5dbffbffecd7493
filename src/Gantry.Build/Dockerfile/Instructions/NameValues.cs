using System.Text;
using Gantry.Build.Dockerfile.Lexing;

namespace Gantry.Build.Dockerfile.Instructions;

/// <summary>What ENV, LABEL and ARG take: <c>a=b c="d e"</c>, or of the former two in the old form one name and the whole rest as its
/// value.</summary>
internal static class NameValues
{
    /// <returns>As written: quotes, escapes and variables are still in them.</returns>
    /// <exception cref="DockerfileException">A name or a value is missing.</exception>
    public static List<NameValue> Parse(Statement statement, out bool isOldForm)
    {
        List<Word> words = Words(statement);
        if (words.Count == 0) throw statement.Refuse($"{statement.Name} requires at least one argument");
        isOldForm = !words[0].Text.Contains('=');
        if (!isOldForm) return [.. words.Select(word => Pair(statement, word))];
        int blank = statement.Rest.AsSpan().IndexOfAny(Statement.Blanks);
        if (blank < 0)
            throw statement.RefuseSyntax($"{statement.Name} must have two arguments", $"write {statement.Name} {words[0].Text}=value");
        int value = statement.Rest.Length - statement.Rest[blank..].TrimStart().Length;
        return [new(statement.Part(0, blank), statement.Part(value, statement.Rest.Length - value))];
    }

    private static NameValue Pair(Statement statement, Word word)
    {
        int equals = word.Text.IndexOf('=');
        if (equals < 0)
            throw new DockerfileException(word.Range,
                $"Syntax error - can't find = in {GoQuote.Quote(word.Text)}. Must be of the form: name=value", located: false);
        if (equals == 0) throw word.Refuse($"{statement.Name} names can not be blank");
        return Cut(word, equals);
    }

    public static NameValue Cut(Word word, int equals)
    {
        TextRange whole = word.Range;
        // Over several lines only the beginning is known.
        if (whole.Line != whole.EndLine)
            return new(word with { Text = word.Text[..equals] }, word with { Text = word.Text[(equals + 1)..] });
        int middle = whole.Column + equals;
        return new(new Word(word.Text[..equals], whole with { EndColumn = middle }),
            new Word(word.Text[(equals + 1)..], whole with { Column = middle + 1 }));
    }

    /// <summary>Cuts at blanks outside of quotes. An escape character and what follows it stay together,
    /// but in single quotes it is one like any other.</summary>
    public static List<Word> Words(Statement statement)
    {
        string text = statement.Rest;
        List<Word> words = [];
        StringBuilder word = new();
        char quote = '\0';
        int start = 0, i = 0;
        for (; i < text.Length; i++)
        {
            char c = text[i];
            if (word.Length == 0) start = i;
            if (quote == '\0' && char.IsWhiteSpace(c))
            {
                if (word.Length > 0) words.Add(statement.Part(start, i - start));
                word.Clear();
                continue;
            }
            if (c == statement.Escape && quote != '\'')
            {
                // At the end it has nothing to escape, and is left out.
                if (i + 1 == text.Length) break;
                word.Append(c).Append(text[++i]);
                continue;
            }
            if (c == quote) quote = '\0';
            else if (quote == '\0' && c is '"' or '\'') quote = c;
            word.Append(c);
        }
        if (word.Length > 0) words.Add(statement.Part(start, i - start));
        return words;
    }
}
