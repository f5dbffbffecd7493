using Gantry.Build.Dockerfile.Lexing;

namespace Gantry.Build.Dockerfile.Instructions;

/// <summary>MAINTAINER: who made it; a label of today's.</summary>
public sealed record MaintainerInstruction(Statement Statement, Word Value) : Instruction(Statement)
{
    internal static MaintainerInstruction Parse(Statement statement) => new(statement, SingleArgument.Parse(statement));
}
