namespace Gantry.Build.Dockerfile.Lexing;

/// <summary>From where to where something stands in a Dockerfile.</summary>
/// <remarks>Lines and columns count from 1; the end column is the one behind.</remarks>
public readonly record struct TextRange(SourceFile File, int Line, int Column, int EndLine, int EndColumn)
{
    /// <summary>Whether the other begins inside of this one.</summary>
    public bool Covers(TextRange other) => (other.Line > Line || (other.Line == Line && other.Column >= Column))
        && (other.Line < EndLine || (other.Line == EndLine && other.Column < EndColumn));

    public override string ToString() => $"{File.Name}:{Line}:{Column}";
}
