namespace Gantry.Build.Dockerfile.Lexing;

/// <param name="EmptyContinuations">Empty lines in the middle of an instruction, which other tools take for its end.</param>
public sealed record LexedFile(SourceFile Source, ParserDirectives Directives, IReadOnlyList<Statement> Statements,
    IReadOnlyList<TextRange> EmptyContinuations);
