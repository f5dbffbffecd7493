namespace Gantry.Engine.Images.Changes;

/// <summary>Cuts a Dockerfile into instructions: comments go, lines that end in the escape character go on in the next,
/// directives at the top count.</summary>
internal sealed class InstructionReader
{
    private char _escape = '\\';
    private readonly HashSet<string> _directives = [];

    /// <exception cref="GantryException">InvalidArgument: a directive makes no sense, or there is no instruction.</exception>
    public static List<Instruction> Read(string text) =>
        text.Contains('\0') ? throw GantryException.Invalid("a Dockerfile has no NUL characters") : new InstructionReader().Parse(text);

    private List<Instruction> Parse(string text)
    {
        List<Instruction> instructions = [];
        bool top = true;
        string? open = null;
        foreach (string raw in text.TrimStart('\uFEFF').Split('\n'))
        {
            string line = raw.TrimEnd('\r');
            if (top) top = TryDirective(line);
            bool empty = line.AsSpan().Trim().IsEmpty || line.TrimStart()[0] == '#';
            if (empty) continue;
            bool continues = TakeContinuation(ref line);
            open = open is null ? line.TrimStart() : open + line;
            if (continues) continue;
            if (open.Length > 0) instructions.Add(Instruction.Parse(open, _escape));
            open = null;
        }
        if (!string.IsNullOrWhiteSpace(open)) instructions.Add(Instruction.Parse(open, _escape));
        return instructions.Count > 0 ? instructions : throw GantryException.Invalid("file with no instructions");
    }

    /// <returns>False when the line is none: from here on such lines are comments.</returns>
    private bool TryDirective(string line)
    {
        string text = line.TrimStart();
        int equals = text.IndexOf('=');
        if (!text.StartsWith('#') || equals < 0) return false;
        string name = text[1..equals].Trim().ToLowerInvariant(), value = text[(equals + 1)..].Trim();
        if (name.Length == 0 || value.Length == 0 || !char.IsAsciiLetter(name[0]) || !name.All(char.IsAsciiLetterOrDigit)) return false;
        if (name is not ("escape" or "syntax" or "check")) return true;
        if (!_directives.Add(name)) throw GantryException.Invalid($"only one {name} parser directive can be used");
        if (name == "escape")
            _escape = value is "\\" or "`" ? value[0]
                : throw GantryException.Invalid($"invalid escape token '{value}' does not match ` or \\");
        return true;
    }

    /// <remarks>Blanks may follow the escape character; two of them are one that is meant.</remarks>
    private bool TakeContinuation(ref string line)
    {
        string text = line.TrimEnd(' ', '\t');
        if (!text.EndsWith(_escape) || (text.Length > 1 && text[^2] == _escape)) return false;
        line = text[..^1];
        return true;
    }
}
