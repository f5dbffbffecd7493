using Gantry.Build.Dockerfile.Expansion;
using Gantry.Build.Dockerfile.Lexing;

namespace Gantry.Build.Dockerfile.Instructions;

/// <summary>STOPSIGNAL: what ends the container.</summary>
public sealed record StopSignalInstruction(Statement Statement, Word Value) : Instruction(Statement)
{
    internal static StopSignalInstruction Parse(Statement statement) => new(statement, SingleArgument.Parse(statement));

    public override StopSignalInstruction Expand(Expander expander) => this with { Value = expander.One(Value) };
}
