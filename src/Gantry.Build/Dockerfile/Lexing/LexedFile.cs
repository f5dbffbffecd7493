namespace Gantry.Build.Dockerfile.Lexing;

/// <param name="EmptyContinuations">Empty lines in the middle of an instruction, which other tools take for its end.</param>
public sealed record LexedFile(SourceFile Source, ParserDirectives Directives, IReadOnlyList<Statement> Statements,
    IReadOnlyList<TextRange> EmptyContinuations)
{
    /// <summary>Those in which an empty line stands.</summary>
    public IEnumerable<Statement> Interrupted()
    {
        int next = 0;
        for (int i = 0; i < Statements.Count && next < EmptyContinuations.Count; i++)
        {
            int end = i + 1 < Statements.Count ? Statements[i + 1].Range.Line : int.MaxValue, first = next;
            while (next < EmptyContinuations.Count && EmptyContinuations[next].Line < end) next++;
            if (next > first) yield return Statements[i];
        }
    }
}
