namespace Gantry.Build.Dockerfile.Lexing;

/// <summary>A flag, an argument or a name, and where it stands.</summary>
public readonly record struct Word(string Text, TextRange Range)
{
    public override string ToString() => Text;

    /// <returns>The exception to throw, whose caret stands below this word.</returns>
    public DockerfileException Refuse(string reason, string? hint = null) => new(Range, reason, hint);
}
