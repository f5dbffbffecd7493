using Gantry.Build.Dockerfile.Lexing;

namespace Gantry.Build.Dockerfile.Expansion;

/// <summary>Puts the values of variables into the words of instructions.</summary>
/// <param name="values">Gives the value of a name; null when it is not set. Asked anew each time.</param>
public sealed class Expander(char escape, Func<string, string?> values)
{
    private readonly HashSet<string> _undefined = [];

    /// <summary>What was asked for and has no value, nor another word to take in its place.</summary>
    public IReadOnlyCollection<string> Undefined => _undefined;

    /// <summary>Quotes and escapes go, and blanks in a value make no second word of it.</summary>
    /// <exception cref="DockerfileException"><c>failed to process "…": why</c>.</exception>
    public Word One(Word word) => word with { Text = Guard(word, text => ShellExpansion.Expand(text, escape, values, _undefined)) };

    public Word? One(Word? word) => word is { } some ? One(some) : null;

    public IReadOnlyList<Word> Each(IReadOnlyList<Word> words) => [.. words.Select(One)];

    /// <summary>As <see cref="One(Word)"/>, then cut at the blanks that are in no quotes, those of values too.</summary>
    /// <exception cref="DockerfileException"><c>failed to process "…": why</c>.</exception>
    public IReadOnlyList<Word> Many(Word word) =>
        [.. Guard(word, text => ShellExpansion.ExpandWords(text, escape, values, _undefined)).Select(text => word with { Text = text })];

    /// <summary>The content of a heredoc whose name is not quoted.</summary>
    /// <exception cref="DockerfileException"><c>failed to process "…": why</c>.</exception>
    public Heredoc Content(Heredoc heredoc) => !heredoc.Expand ? heredoc : heredoc with
    {
        Content = Guard(new Word(heredoc.Content, heredoc.Range),
            text => ShellExpansion.Expand(text, escape, values, _undefined, quotes: false)),
    };

    /// <summary>An instruction as people are shown it: with values, while quotes and what has no value stay as they are written.</summary>
    public string Shown(string text)
    {
        try
        {
            return ShellExpansion.Expand(text, '\0', name => values(name) ?? $"${name}", [], quotes: false);
        }
        catch (FormatException)
        {
            return text;
        }
    }

    private static T Guard<T>(Word word, Func<string, T> expand)
    {
        try
        {
            return expand(word.Text);
        }
        catch (FormatException e)
        {
            throw word.Refuse($"failed to process {GoQuote.Quote(word.Text)}: {e.Message}");
        }
    }
}
