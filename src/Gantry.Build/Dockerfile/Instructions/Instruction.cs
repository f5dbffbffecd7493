using Gantry.Build.Dockerfile.Expansion;
using Gantry.Build.Dockerfile.Lexing;

namespace Gantry.Build.Dockerfile.Instructions;

/// <summary>One instruction whose arguments make sense. Variables are still in them until <see cref="Expand"/>.</summary>
/// <param name="Statement">As it is written, and where.</param>
public abstract record Instruction(Statement Statement)
{
    /// <summary>With the values of variables, in those arguments that may have some: those of other instructions are the shell's, or
    /// nobody's.</summary>
    /// <exception cref="DockerfileException">A substitution that makes no sense, or an argument that makes none now.</exception>
    public virtual Instruction Expand(Expander expander) => this;
}
