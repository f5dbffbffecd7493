using Gantry.Build.Dockerfile.Lexing;

namespace Gantry.Build.Dockerfile.Checks;

/// <summary>All instructions of a file in capitals, or all in small letters.</summary>
internal sealed class ConsistentInstructionCasing() : BuildCheck("ConsistentInstructionCasing")
{
    public override IEnumerable<BuildWarning> Run(CheckSubject subject)
    {
        List<Word> keywords = [.. subject.File.Lexed.Statements.Select(statement => statement.Keyword)];
        int small = keywords.Count(IsSmall), capital = keywords.Count(word => word.Text == word.Text.ToUpperInvariant());
        bool wantsSmall = small > capital;
        return keywords.Where(word => word.Text != (wantsSmall ? word.Text.ToLowerInvariant() : word.Text.ToUpperInvariant()))
            .Select(word => Warn(word.Range, $"Command '{word.Text}' should match the case of the command majority "
                + $"({(wantsSmall ? "lowercase" : "uppercase")})"));
    }

    private static bool IsSmall(Word word) => word.Text == word.Text.ToLowerInvariant();
}
