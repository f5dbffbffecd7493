using Gantry.Build.Dockerfile.Expansion;
using Gantry.Build.Dockerfile.Lexing;

namespace Gantry.Build.Dockerfile.Instructions;

/// <summary>USER: who runs the steps that follow and the container.</summary>
public sealed record UserInstruction(Statement Statement, Word Value) : Instruction(Statement)
{
    internal static UserInstruction Parse(Statement statement) => new(statement, SingleArgument.Parse(statement));

    public override UserInstruction Expand(Expander expander) => this with { Value = expander.One(Value) };
}
