namespace Gantry.Build.Dockerfile.Ignore;

/// <summary>One character out of several, as Go's patterns have them: <c>[a-z_]</c>, <c>[^0-9]</c>.</summary>
internal sealed class CharacterSet
{
    private readonly List<(char First, char Last)> _ranges = [];
    private bool _negated;

    /// <param name="at">Behind the opening bracket; afterwards behind the closing one.</param>
    /// <exception cref="FormatException"><c>syntax error in pattern</c>.</exception>
    public static CharacterSet Parse(string text, ref int at)
    {
        CharacterSet set = new() { _negated = at < text.Length && text[at] == '^' };
        if (set._negated) at++;
        while (true)
        {
            if (at < text.Length && text[at] == ']' && set._ranges.Count > 0)
            {
                at++;
                return set;
            }
            char first = Next(text, ref at), last = first;
            if (at < text.Length && text[at] == '-')
            {
                at++;
                last = Next(text, ref at);
            }
            set._ranges.Add((first, last));
        }
    }

    private static char Next(string text, ref int at)
    {
        if (at == text.Length || text[at] is '-' or ']') throw Wrong();
        if (text[at] == '\\' && ++at == text.Length) throw Wrong();
        char c = text[at++];
        return at < text.Length ? c : throw Wrong();
    }

    private static FormatException Wrong() => new("syntax error in pattern");

    public bool Contains(char c) => c != '/' && _negated != _ranges.Exists(range => range.First <= c && c <= range.Last);
}
