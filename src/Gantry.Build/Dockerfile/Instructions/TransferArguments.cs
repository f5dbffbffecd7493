using Gantry.Build.Dockerfile.Expansion;
using Gantry.Build.Dockerfile.Lexing;

namespace Gantry.Build.Dockerfile.Instructions;

/// <summary>What COPY and ADD have in common: sources and a destination, in plain words or as a list.</summary>
/// <param name="Sources">Without the heredocs.</param>
/// <param name="Contents">The sources that are heredocs.</param>
public sealed record TransferArguments(IReadOnlyList<Word> Sources, IReadOnlyList<Heredoc> Contents, Word Destination)
{
    internal static TransferArguments Parse(Statement statement)
    {
        IReadOnlyList<Word> words = JsonForm.TryRead(statement) ?? statement.Words();
        if (words.Count < 2)
            throw statement.Refuse($"{statement.Name} requires at least two arguments, "
                + "but only one was provided. Destination could not be determined");
        if (statement.Heredocs.FirstOrDefault(one => one.FileDescriptor is not null) is { } numbered)
            throw new DockerfileException(numbered.Range, $"{statement.Name} takes no number before a heredoc");
        if (IsHeredoc(words[^1])) throw words[^1].Refuse($"{statement.Name} cannot accept a heredoc as a destination");
        return new TransferArguments([.. words.SkipLast(1).Where(word => !IsHeredoc(word))], statement.Heredocs, words[^1]);

        bool IsHeredoc(Word word) => statement.Heredocs.Any(one => one.Range.Covers(word.Range));
    }

    public TransferArguments Expand(Expander expander) =>
        new(expander.Each(Sources), [.. Contents.Select(expander.Content)], expander.One(Destination));
}
