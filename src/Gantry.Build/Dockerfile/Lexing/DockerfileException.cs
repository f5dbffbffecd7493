using System.Text;

namespace Gantry.Build.Dockerfile.Lexing;

/// <summary>A Dockerfile that is refused: the one exception that reading, parsing and expanding one throws.</summary>
public sealed class DockerfileException : Exception
{
    /// <summary>No terminal is wider, and a hostile line may be long.</summary>
    private const int MaxShown = 120;

    /// <param name="reason">Docker's own words where it has some.</param>
    /// <param name="located">Whether Docker puts the line in front: it does so for what is wrong with one instruction's arguments,
    /// and not for what it cannot read at all.</param>
    /// <param name="isSyntax">As <see cref="IsSyntax"/>; null for all that is not located.</param>
    public DockerfileException(TextRange range, string reason, string? hint = null, bool located = true, bool? isSyntax = null)
        : base(located ? $"dockerfile parse error line {range.Line}: {reason}" : reason) =>
        (Range, Reason, Hint, IsSyntax) = (range, reason, hint, isSyntax ?? !located);

    public TextRange Range { get; }

    /// <summary>The message without the place, which <c>commit --change</c> answers.</summary>
    public string Reason { get; }

    /// <summary>It cannot be read at all; a build says so in front.</summary>
    public bool IsSyntax { get; }

    /// <summary>What the author may have meant; null when nobody knows.</summary>
    public string? Hint { get; }

    /// <summary>
    /// For people: the place, the line's own text, a caret below what is wrong, and the hint.
    /// <code>
    /// Dockerfile:3:1: unknown instruction: RUNN
    ///   3 | RUNN make
    ///     | ^^^^
    /// did you mean RUN?
    /// </code>
    /// </summary>
    public string Display()
    {
        string line = Range.File.Lines[Range.Line - 1].TrimEnd('\r');
        int column = Math.Min(Range.Column - 1, line.Length), end = Range.EndLine > Range.Line ? line.Length : Range.EndColumn - 1;
        int from = column < MaxShown - 20 ? 0 : column - 20, shown = Math.Min(line.Length - from, MaxShown);
        int width = Math.Clamp(end - column, 1, Math.Max(1, from + shown - column));
        string number = Range.Line.ToString(System.Globalization.CultureInfo.InvariantCulture), text = line.Substring(from, shown);
        StringBuilder output = new();
        output.Append(Range).Append(": ").Append(Reason).Append('\n');
        output.Append("  ").Append(number).Append(" | ").Append(Plain(text)).Append('\n');
        // A tab stays one, so that the caret stands where the text does.
        string before = string.Concat(line.AsSpan(from, column - from).ToArray().Select(c => c == '\t' ? '\t' : ' '));
        output.Append(' ', 2 + number.Length).Append(" | ").Append(before).Append('^', width).Append('\n');
        if (Hint is not null) output.Append(Hint).Append('\n');
        return output.ToString();
    }

    /// <summary>A Dockerfile does not move the cursor of the terminal that it is shown on.</summary>
    private static string Plain(string text) => string.Concat(text.Select(c => char.IsControl(c) && c != '\t' ? '?' : c));
}
