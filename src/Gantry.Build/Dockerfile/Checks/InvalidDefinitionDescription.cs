using Gantry.Build.Dockerfile.Instructions;

namespace Gantry.Build.Dockerfile.Checks;

/// <summary>What stands above a stage or an argument is shown as its description.</summary>
internal sealed class InvalidDefinitionDescription() : BuildCheck("InvalidDefinitionDescription", experimental: true)
{
    private const string Message = "Comment for build stage or argument should follow the format: `# <arg/stage name> <description>`. "
        + "If this is not intended to be a description comment, add an empty line or comment between the instruction and the comment.";

    public override IEnumerable<BuildWarning> Run(CheckSubject subject) =>
        from instruction in subject.Instructions
        let names = instruction switch
        {
            ArgInstruction arguments => arguments.Arguments.Select(one => one.Name.Text),
            FromInstruction { StageName: { } name } => [name.Text],
            _ => [],
        }
        where names.Any() && instruction.Statement.Comments is [.., { Length: > 0 } comment]
            && !names.Any(name => comment.StartsWith(name + " ", StringComparison.OrdinalIgnoreCase))
        select Warn(instruction.Statement.Range, Message);
}
