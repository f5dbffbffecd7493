using Gantry.Build.Dockerfile.Expansion;
using Gantry.Build.Dockerfile.Lexing;

namespace Gantry.Build.Dockerfile.Instructions;

/// <summary>RUN: a command whose changes become a layer.</summary>
/// <param name="Mounts">Each as written until <see cref="Expand"/>; what they say is <see cref="RunMount.Parse"/>.</param>
/// <param name="Network">default, none or host.</param>
/// <param name="Security">sandbox or insecure.</param>
public sealed record RunInstruction(Statement Statement, CommandForm Command, IReadOnlyList<Word> Mounts, string Network, string Security,
    IReadOnlyList<Word> Devices) : Instruction(Statement)
{
    private static readonly string[] Networks = ["default", "none", "host"], Securities = ["sandbox", "insecure"];

    public IReadOnlyList<Heredoc> Heredocs => Statement.Heredocs;

    internal static RunInstruction Parse(Statement statement)
    {
        CommandForm command = CommandForm.Parse(statement);
        InstructionFlags flags = new(statement, new InstructionFlag("mount", IsRepeated: true), new InstructionFlag("network"),
            new InstructionFlag("security"), new InstructionFlag("device", IsRepeated: true));
        IReadOnlyList<Word> mounts = flags.All("mount");
        // With a variable in it nobody knows yet.
        foreach (Word mount in mounts.Where(one => !one.Text.Contains('$'))) RunMount.Parse(mount);
        return new RunInstruction(statement, command, mounts, OneOf(flags, "network", Networks), OneOf(flags, "security", Securities),
            flags.All("device"));
    }

    private static string OneOf(InstructionFlags flags, string name, string[] known)
    {
        if (flags[name] is not { } value) return known[0];
        return known.Contains(value.Text) ? value.Text
            : throw value.Refuse($"{name} {GoQuote.Quote(value.Text)} is not valid", $"it is one of {string.Join(", ", known)}");
    }

    /// <summary>The command's variables are the shell's; those of the mounts are ours.</summary>
    public override RunInstruction Expand(Expander expander)
    {
        RunInstruction expanded = this with { Mounts = expander.Each(Mounts) };
        foreach (Word mount in expanded.Mounts) RunMount.Parse(mount);
        return expanded;
    }
}
