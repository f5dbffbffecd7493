using Gantry.Cli.Commands;

namespace Gantry.Cli.CommandLine;

/// <summary>What one command takes and does. An object is made only for the command that was called,
/// and declares its options then.</summary>
internal abstract class Command
{
    public FlagSet Flags { get; } = new();

    /// <summary>What follows the name: <c>[OPTIONS] CONTAINER [CONTAINER...]</c>; several lines where there are several ways.</summary>
    public abstract string Syntax { get; }

    public abstract OperandCount Operands { get; }

    /// <summary>What stands behind the first operand is not ours to read.</summary>
    public virtual bool OptionsEndAtFirstOperand => false;

    /// <returns>The exit status.</returns>
    public abstract int Run(Invocation invocation);
}

/// <summary>How many operands a command takes.</summary>
internal readonly record struct OperandCount(int Least, int Most)
{
    public static OperandCount None => new(0, 0);
    public static OperandCount Exactly(int count) => new(count, count);
    public static OperandCount AtLeast(int count) => new(count, int.MaxValue);
    public static OperandCount AtMost(int count) => new(0, count);
    public static OperandCount Between(int least, int most) => new(least, most);

    /// <returns>Null when the count is right, else what is wrong.</returns>
    public string? Refuse(int count)
    {
        if (count >= Least && count <= Most) return null;
        if (Most == 0) return "accepts no arguments";
        if (Least == Most) return $"requires {Least} {Plural(Least)}";
        if (count < Least) return $"requires at least {Least} {Plural(Least)}";
        return Least == 0 ? $"requires at most {Most} {Plural(Most)}" : $"requires at least {Least} and at most {Most} {Plural(Most)}";
    }

    private static string Plural(int count) => count == 1 ? "argument" : "arguments";
}
