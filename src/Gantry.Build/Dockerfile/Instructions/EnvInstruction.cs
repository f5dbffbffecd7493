using Gantry.Build.Dockerfile.Expansion;
using Gantry.Build.Dockerfile.Lexing;

namespace Gantry.Build.Dockerfile.Instructions;

/// <summary>ENV: variables of the steps that follow and of the container.</summary>
/// <param name="IsOldForm"><c>ENV name value</c>, without the equals sign.</param>
public sealed record EnvInstruction(Statement Statement, IReadOnlyList<NameValue> Pairs, bool IsOldForm) : Instruction(Statement)
{
    internal static EnvInstruction Parse(Statement statement)
    {
        List<NameValue> pairs = NameValues.Parse(statement, out bool isOldForm);
        InstructionFlags.Refuse(statement);
        return new EnvInstruction(statement, pairs, isOldForm);
    }

    /// <summary>All of one instruction with the values from before it.</summary>
    public override EnvInstruction Expand(Expander expander) => this with
    {
        Pairs = [.. Pairs.Select(pair => new NameValue(expander.One(pair.Name), expander.One(pair.Value)))],
    };
}
