using Gantry.Build.Dockerfile.Lexing;

namespace Gantry.Build.Dockerfile.Instructions;

/// <summary>CMD: what a container runs when nobody says otherwise.</summary>
public sealed record CmdInstruction(Statement Statement, CommandForm Command) : Instruction(Statement)
{
    internal static CmdInstruction Parse(Statement statement)
    {
        CommandForm command = CommandForm.Parse(statement);
        InstructionFlags.Refuse(statement);
        return new CmdInstruction(statement, command);
    }
}
