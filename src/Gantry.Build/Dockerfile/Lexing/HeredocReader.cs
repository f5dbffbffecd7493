using System.Globalization;
using System.Text;

namespace Gantry.Build.Dockerfile.Lexing;

/// <summary>Finds <c>&lt;&lt;NAME</c> among the words of an instruction, and reads what belongs to it.</summary>
internal static class HeredocReader
{
    private const int MaxHeredocs = 100;
    private static readonly char[] Digits = [.. "0123456789"];

    /// <returns>In the order of the line; their content is not read yet.</returns>
    public static List<Heredoc> Find(Statement statement)
    {
        List<Heredoc> found = [];
        if (!Takes(statement)) return found;
        foreach (Word word in Joined(statement, [.. Words(statement)]))
        {
            if (TryParse(word, statement.Escape) is { } heredoc) found.Add(heredoc);
            if (found.Count > MaxHeredocs) throw word.Refuse($"more than {MaxHeredocs} heredocs in one instruction");
        }
        return found;
    }

    /// <param name="next">The index of the first line behind the instruction; afterwards of the first behind the heredoc.</param>
    public static Heredoc Read(Heredoc heredoc, SourceFile file, ref int next)
    {
        StringBuilder content = new();
        while (next < file.Lines.Count)
        {
            // The last line feed of a file has nothing behind it.
            bool last = next == file.Lines.Count - 1;
            string line = file.Lines[next++];
            if (heredoc.StripTabs) line = line.TrimStart('\t');
            if (line.TrimEnd('\r') == heredoc.Name) return heredoc with { Content = content.ToString() };
            if (!last) content.Append(line).Append('\n');
        }
        throw new DockerfileException(heredoc.Range, "unterminated heredoc", $"no later line is {heredoc.Name} alone", located: false);
    }

    private static bool Takes(Statement statement) => statement.Name switch
    {
        "RUN" or "COPY" or "ADD" => JsonForm.TryRead(statement) is null,
        // A chain of them is refused later, and not followed here.
        "ONBUILD" when statement.Inner() is { Name: not "ONBUILD" } inner => Takes(inner),
        _ => false,
    };

    private static Heredoc? TryParse(Word word, char escape)
    {
        string text = word.Text;
        int at = 0;
        while (at < text.Length && char.IsAsciiDigit(text[at])) at++;
        if (string.CompareOrdinal(text, at, "<<", 0, 2) != 0) return null;
        int? descriptor = null;
        if (at > 0)
        {
            if (!int.TryParse(text.AsSpan(0, at), NumberStyles.None, CultureInfo.InvariantCulture, out int number)) return null;
            descriptor = number;
        }
        at += 2;
        bool strip = at < text.Length && text[at] == '-';
        string written = text[(strip ? at + 1 : at)..];
        if (written.Length == 0 || written.Contains('<')) return null;
        string name = Unquote(written, escape);
        return name.Length == 0 ? null : new Heredoc(name, name == written, strip, descriptor, "", word.Range);
    }

    private static string Unquote(string written, char escape)
    {
        StringBuilder name = new();
        char quote = '\0';
        for (int i = 0; i < written.Length; i++)
        {
            char c = written[i];
            if (c == escape && quote != '\'' && i + 1 < written.Length) name.Append(written[++i]);
            else if (c == quote) quote = '\0';
            else if (quote == '\0' && c is '"' or '\'') quote = c;
            else name.Append(c);
        }
        return name.ToString();
    }

    /// <summary>A name may stand apart from its signs: <c>&lt;&lt; EOF</c>.</summary>
    private static IEnumerable<Word> Joined(Statement statement, List<Word> words)
    {
        for (int i = 0; i < words.Count; i++)
        {
            Word word = words[i];
            if (i + 1 < words.Count && word.Text.TrimStart(Digits) is "<<" or "<<-")
            {
                Word name = words[++i];
                word = new Word(word.Text + name.Text, word.Range with { EndLine = name.Range.EndLine, EndColumn = name.Range.EndColumn });
            }
            yield return word;
        }
    }

    /// <summary>Cut at blanks outside of quotes, which stay on.</summary>
    private static IEnumerable<Word> Words(Statement statement)
    {
        string text = statement.Rest;
        int start = -1;
        char quote = '\0';
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            if (quote == '\0' && char.IsWhiteSpace(c))
            {
                if (start >= 0) yield return statement.Part(start, i - start);
                start = -1;
                continue;
            }
            if (start < 0) start = i;
            if (c == statement.Escape && quote != '\'') i++;
            else if (c == quote) quote = '\0';
            else if (quote == '\0' && c is '"' or '\'') quote = c;
        }
        if (start >= 0) yield return statement.Part(start, text.Length - start);
    }
}
