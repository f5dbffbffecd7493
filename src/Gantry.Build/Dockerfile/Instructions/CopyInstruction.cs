using Gantry.Build.Dockerfile.Expansion;
using Gantry.Build.Dockerfile.Lexing;

namespace Gantry.Build.Dockerfile.Instructions;

/// <summary>COPY: files of the context, of a stage, of an image, or of the Dockerfile itself.</summary>
/// <param name="From">A stage, an image or a named context; null for the context.</param>
/// <param name="Parents">Whether the directories of a source are made too.</param>
public sealed record CopyInstruction(Statement Statement, TransferArguments Files, TransferOptions Options, Word? From, bool Parents)
    : Instruction(Statement)
{
    private static readonly InstructionFlag[] Flags = [.. TransferOptions.Flags, new("from"), new("parents", IsSwitch: true)];

    internal static CopyInstruction Parse(Statement statement)
    {
        TransferArguments files = TransferArguments.Parse(statement);
        InstructionFlags flags = new(statement, Flags);
        return new CopyInstruction(statement, files, TransferOptions.Of(flags), flags["from"], flags.Switch("parents") == true);
    }

    /// <summary>The name of a stage is no place for variables, as with Docker.</summary>
    public override CopyInstruction Expand(Expander expander) =>
        this with { Files = Files.Expand(expander), Options = Options.Expand(expander) };
}
