using Gantry.Build.Dockerfile.Expansion;
using Gantry.Build.Dockerfile.Lexing;

namespace Gantry.Build.Dockerfile.Instructions;

/// <summary>EXPOSE: on which ports the container listens; what they are is looked at when their variables have values.</summary>
public sealed record ExposeInstruction(Statement Statement, IReadOnlyList<Word> Ports) : Instruction(Statement)
{
    internal static ExposeInstruction Parse(Statement statement)
    {
        InstructionFlags.Refuse(statement);
        List<Word> ports = statement.Words();
        return ports.Count > 0 ? new ExposeInstruction(statement, ports) : throw statement.Refuse("EXPOSE requires at least one argument");
    }

    /// <summary>One variable may have several ports.</summary>
    public override ExposeInstruction Expand(Expander expander) => this with { Ports = [.. Ports.SelectMany(expander.Many)] };
}
