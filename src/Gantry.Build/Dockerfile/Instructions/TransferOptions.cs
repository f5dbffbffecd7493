using Gantry.Build.Dockerfile.Expansion;
using Gantry.Build.Dockerfile.Lexing;

namespace Gantry.Build.Dockerfile.Instructions;

/// <summary>The flags of COPY and ADD that say how what is copied looks afterwards, and what is left out.</summary>
/// <param name="Link">Whether it becomes a layer by itself, whatever lies below it.</param>
public sealed record TransferOptions(Word? Owner, Word? Mode, bool Link, IReadOnlyList<Word> Exclude)
{
    internal static readonly InstructionFlag[] Flags =
        [new("chown"), new("chmod"), new("link", IsSwitch: true), new("exclude", IsRepeated: true)];

    internal static TransferOptions Of(InstructionFlags flags) =>
        new(flags["chown"], flags["chmod"], flags.Switch("link") == true, flags.All("exclude"));

    public TransferOptions Expand(Expander expander) => this with
    {
        Owner = expander.One(Owner), Mode = expander.One(Mode), Exclude = expander.Each(Exclude),
    };
}
