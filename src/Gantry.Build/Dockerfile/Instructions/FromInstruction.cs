using Gantry.Build.Dockerfile.Expansion;
using Gantry.Build.Dockerfile.Lexing;

namespace Gantry.Build.Dockerfile.Instructions;

/// <summary>FROM: where a stage begins.</summary>
/// <param name="Platform">Null for that of the target.</param>
/// <param name="As">The word AS as it is written; null without a name.</param>
/// <param name="StageName">As it is written.</param>
public sealed record FromInstruction(Statement Statement, Word Image, Word? Platform, Word? As, Word? StageName) : Instruction(Statement)
{
    /// <exception cref="DockerfileException">Not one word, nor three with AS in the middle, or a name that is none.</exception>
    internal static FromInstruction Parse(Statement statement)
    {
        InstructionFlags flags = new(statement, new InstructionFlag("platform"));
        List<Word> words = statement.Words();
        if (words.Count != 1 && (words.Count != 3 || !words[1].Text.Equals("AS", StringComparison.OrdinalIgnoreCase)))
            throw statement.Refuse("FROM requires either one or three arguments", "FROM image, or FROM image AS name");
        if (words.Count == 1) return new FromInstruction(statement, words[0], flags["platform"], null, null);
        if (!IsName(words[2].Text.ToLowerInvariant()))
            throw words[2].Refuse($"invalid name for build stage: {GoQuote.Quote(words[2].Text)}, "
                + "name can't start with a number or contain symbols");
        return new FromInstruction(statement, words[0], flags["platform"], words[1], words[2]);
    }

    private static bool IsName(string name) => char.IsAsciiLetterLower(name[0])
        && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '_' or '.');

    public override FromInstruction Expand(Expander expander) =>
        this with { Image = expander.One(Image), Platform = expander.One(Platform) };
}
