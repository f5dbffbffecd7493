using Gantry.Build.Dockerfile.Lexing;

namespace Gantry.Build.Dockerfile.Instructions;

/// <summary>SHELL: what runs the shell form of the instructions that follow.</summary>
public sealed record ShellInstruction(Statement Statement, IReadOnlyList<Word> Shell) : Instruction(Statement)
{
    internal static ShellInstruction Parse(Statement statement)
    {
        List<Word>? list = JsonForm.TryRead(statement);
        InstructionFlags.Refuse(statement);
        if (list is { Count: > 0 }) return new ShellInstruction(statement, list);
        if (list is not null || statement.Rest.Length == 0) throw statement.Refuse("SHELL requires at least one argument");
        throw statement.Refuse("SHELL requires the arguments to be in JSON form", """for example SHELL ["/bin/bash", "-c"]""");
    }
}
