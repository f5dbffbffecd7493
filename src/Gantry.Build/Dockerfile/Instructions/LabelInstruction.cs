using Gantry.Build.Dockerfile.Expansion;
using Gantry.Build.Dockerfile.Lexing;

namespace Gantry.Build.Dockerfile.Instructions;

/// <summary>LABEL: what is known about the image.</summary>
/// <param name="IsOldForm"><c>LABEL name value</c>, without the equals sign.</param>
public sealed record LabelInstruction(Statement Statement, IReadOnlyList<NameValue> Pairs, bool IsOldForm) : Instruction(Statement)
{
    internal static LabelInstruction Parse(Statement statement)
    {
        List<NameValue> pairs = NameValues.Parse(statement, out bool isOldForm);
        InstructionFlags.Refuse(statement);
        return new LabelInstruction(statement, pairs, isOldForm);
    }

    /// <summary>All of one instruction with the values from before it.</summary>
    public override LabelInstruction Expand(Expander expander) => this with
    {
        Pairs = [.. Pairs.Select(pair => new NameValue(expander.One(pair.Name), expander.One(pair.Value)))],
    };
}
