using Gantry.Build.Dockerfile.Lexing;

namespace Gantry.Build.Dockerfile.Instructions;

/// <summary>A command: a list of words as it is, or one line for the shell.</summary>
/// <param name="IsShell">Then there is one word, the whole line, or none.</param>
public sealed record CommandForm(bool IsShell, IReadOnlyList<Word> Words)
{
    internal static CommandForm Parse(Statement statement) => JsonForm.TryRead(statement) is { } list ? new CommandForm(false, list)
        : new CommandForm(true, statement.Rest.Length > 0 ? [statement.Whole] : []);

    /// <summary>What is executed.</summary>
    public IReadOnlyList<string> With(IReadOnlyList<string> shell) =>
        [.. IsShell ? shell : [], .. Words.Select(word => word.Text)];
}
