using Gantry.Build.Dockerfile.Lexing;

namespace Gantry.Build.Dockerfile.Instructions;

/// <summary>The argument of an instruction that takes the whole rest of its line for one.</summary>
internal static class SingleArgument
{
    public static Word Parse(Statement statement)
    {
        InstructionFlags.Refuse(statement);
        return statement.Rest.Length > 0 ? statement.Whole : throw statement.Refuse($"{statement.Name} requires exactly one argument");
    }
}
