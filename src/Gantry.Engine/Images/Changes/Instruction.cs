namespace Gantry.Engine.Images.Changes;

/// <summary>One instruction of a Dockerfile, taken apart as far as all instructions are alike.</summary>
/// <param name="Name">In capitals.</param>
/// <param name="Flags">What follows with <c>--</c> in front, as it is written.</param>
/// <param name="Rest">What comes then, without spaces around it.</param>
/// <param name="Escape">The character that takes the next one's meaning away: a backslash, unless the file says a back quote.</param>
internal sealed record Instruction(string Name, IReadOnlyList<string> Flags, string Rest, char Escape)
{
    public const string Blanks = " \t\v\f\r";

    /// <param name="line">A whole instruction, its continuation lines joined.</param>
    public static Instruction Parse(string line, char escape)
    {
        string text = line.Trim();
        int blank = text.AsSpan().IndexOfAny(Blanks);
        string name = blank < 0 ? text : text[..blank], rest = blank < 0 ? "" : text[blank..].Trim();
        List<string> flags = InstructionFlags.Take(ref rest, escape);
        return new Instruction(name.ToUpperInvariant(), flags, rest, escape);
    }
}
