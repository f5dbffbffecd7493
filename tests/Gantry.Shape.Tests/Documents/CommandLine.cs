using System.Text.RegularExpressions;

namespace Gantry.Shape.Documents;

/// <summary>A command as a document has it, split as a shell would for all that documents hold.</summary>
/// <param name="IsWhole">Stands on a line of its own to be typed; else it is named in a sentence, and may lack its operands.</param>
internal sealed partial record CommandLine(string Place, string Program, IReadOnlyList<string> Arguments, bool IsWhole)
{
    public static IEnumerable<CommandLine> In(Document document) =>
        document.Spans.SelectMany(text => Split(text, false)).Concat(document.CommandLines.SelectMany(text => Split(text, true)));

    private static IEnumerable<CommandLine> Split(DocumentText text, bool isWhole)
    {
        List<string> words = [];
        foreach (string word in Words().Matches(text.Text).Select(match => match.Value).TakeWhile(word => !word.StartsWith('#'))
            .Append(";"))
        {
            if (!Separator().IsMatch(word)) words.Add(word.Trim('\'', '"'));
            else if (words.SkipWhile(first => Assignment().IsMatch(first)).ToArray() is [string program, .. string[] arguments])
            {
                words.Clear();
                yield return new(text.Place, Path.GetFileName(program), arguments, isWhole);
            }
        }
    }

    public override string ToString() => string.Join(' ', Arguments.Prepend(Program));

    [GeneratedRegex("""'[^']*'|"[^"]*"|[;|&]+|#.*|[^\s;|&]+""")]
    private static partial Regex Words();

    [GeneratedRegex("^[;|&]+$")]
    private static partial Regex Separator();

    [GeneratedRegex(@"^\w+=")]
    private static partial Regex Assignment();
}
