namespace Gantry.Build.Dockerfile.Lexing;

/// <summary>The text of one Dockerfile by lines, as they were before anything was joined or left out.</summary>
public sealed class SourceFile
{
    /// <summary>More than this is no Dockerfile: heredocs may bring whole programs along, but not archives.</summary>
    public const int MaxLength = 4 << 20;

    /// <summary>What Docker's reader takes at most of one line.</summary>
    public const int MaxLineLength = 65535;

    private SourceFile(string name, string[] lines) => (Name, Lines) = (name, lines);

    /// <summary>What messages call it.</summary>
    public string Name { get; }

    /// <summary>Without their line feeds; carriage returns are still there.</summary>
    public IReadOnlyList<string> Lines { get; }

    /// <exception cref="DockerfileException">It is too long, one of its lines is, or it is no text.</exception>
    public static SourceFile Of(string text, string name = "Dockerfile")
    {
        if (text.StartsWith('\uFEFF')) text = text[1..];
        SourceFile file = new(name, text.Length > MaxLength ? [""] : text.Split('\n'));
        if (text.Length > MaxLength)
            throw new DockerfileException(file.Whole(1), $"the Dockerfile is longer than {MaxLength} characters", located: false);
        for (int i = 0; i < file.Lines.Count; i++)
        {
            string line = file.Lines[i];
            if (line.Length > MaxLineLength)
                throw new DockerfileException(file.Whole(i + 1), "dockerfile line greater than max allowed size of 65535",
                    located: false);
            if (line.IndexOf('\0') is >= 0 and var at)
                throw new DockerfileException(new TextRange(file, i + 1, at + 1, i + 1, at + 2), "a Dockerfile has no NUL characters",
                    "is the file text, in UTF-8?", located: false);
        }
        return file;
    }

    /// <param name="line">Counted from 1.</param>
    public TextRange Whole(int line) => new(this, line, 1, line, Lines[line - 1].TrimEnd('\r').Length + 1);
}
