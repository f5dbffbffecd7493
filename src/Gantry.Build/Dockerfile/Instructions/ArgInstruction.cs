using Gantry.Build.Dockerfile.Expansion;
using Gantry.Build.Dockerfile.Lexing;

namespace Gantry.Build.Dockerfile.Instructions;

/// <summary>ARG: variables that the build may be given, and what they are otherwise.</summary>
public sealed record ArgInstruction(Statement Statement, IReadOnlyList<NameValue> Arguments) : Instruction(Statement)
{
    internal static ArgInstruction Parse(Statement statement)
    {
        InstructionFlags.Refuse(statement);
        List<Word> words = NameValues.Words(statement);
        if (words.Count == 0) throw statement.Refuse("ARG requires at least one argument");
        return new ArgInstruction(statement, [.. words.Select(Argument)]);
    }

    private static NameValue Argument(Word word) => word.Text.IndexOf('=') switch
    {
        < 0 => new NameValue(word, null),
        0 => throw word.Refuse("ARG names can not be blank"),
        int equals => NameValues.Cut(word, equals),
    };

    public override ArgInstruction Expand(Expander expander) => this with
    {
        Arguments = [.. Arguments.Select(one => new NameValue(expander.One(one.Name), expander.One(one.Value)))],
    };
}
