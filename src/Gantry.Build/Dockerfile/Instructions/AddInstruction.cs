using Gantry.Build.Dockerfile.Expansion;
using Gantry.Build.Dockerfile.Lexing;

namespace Gantry.Build.Dockerfile.Instructions;

/// <summary>ADD: as COPY, and also addresses, git repositories and archives, which it unpacks.</summary>
/// <param name="KeepGitDirectory">Whether <c>.git</c> comes along.</param>
/// <param name="Checksum">What an address must give: a digest, or a commit.</param>
/// <param name="Unpack">Whether archives are unpacked; null: local ones are, those of addresses are not.</param>
public sealed record AddInstruction(Statement Statement, TransferArguments Files, TransferOptions Options, bool KeepGitDirectory,
    Word? Checksum, bool? Unpack) : Instruction(Statement)
{
    private static readonly InstructionFlag[] Flags =
        [.. TransferOptions.Flags, new("keep-git-dir", IsSwitch: true), new("checksum"), new("unpack", IsSwitch: true)];

    internal static AddInstruction Parse(Statement statement)
    {
        TransferArguments files = TransferArguments.Parse(statement);
        InstructionFlags flags = new(statement, Flags);
        return new AddInstruction(statement, files, TransferOptions.Of(flags), flags.Switch("keep-git-dir") == true, flags["checksum"],
            flags.Switch("unpack"));
    }

    public override AddInstruction Expand(Expander expander) => this with
    {
        Files = Files.Expand(expander), Options = Options.Expand(expander), Checksum = expander.One(Checksum),
    };
}
