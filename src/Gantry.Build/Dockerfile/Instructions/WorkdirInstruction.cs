using Gantry.Build.Dockerfile.Expansion;
using Gantry.Build.Dockerfile.Lexing;

namespace Gantry.Build.Dockerfile.Instructions;

/// <summary>WORKDIR: where they run.</summary>
public sealed record WorkdirInstruction(Statement Statement, Word Value) : Instruction(Statement)
{
    internal static WorkdirInstruction Parse(Statement statement) => new(statement, SingleArgument.Parse(statement));

    public override WorkdirInstruction Expand(Expander expander) => this with { Value = expander.One(Value) };
}
