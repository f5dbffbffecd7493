using Gantry.Build.Dockerfile.Lexing;

namespace Gantry.Build.Dockerfile.Instructions;

/// <summary>ENTRYPOINT: what a container always runs.</summary>
public sealed record EntrypointInstruction(Statement Statement, CommandForm Command) : Instruction(Statement)
{
    internal static EntrypointInstruction Parse(Statement statement)
    {
        CommandForm command = CommandForm.Parse(statement);
        InstructionFlags.Refuse(statement);
        return new EntrypointInstruction(statement, command);
    }
}
