namespace Gantry.Build.Dockerfile.Ignore;

/// <summary>One line of <c>.dockerignore</c>.</summary>
/// <remarks>
/// <c>*</c> and <c>?</c> stay within a name, <c>[a-z]</c> and <c>[^a-z]</c> are one character, a backslash takes the next one as it is;
/// <c>**</c> is any number of directories, none too, and at the end everything.
/// In front of nothing but plain characters it is any beginning.
/// All places that a path can have led to are followed at once, so that no pattern takes long.
/// </remarks>
internal sealed class IgnorePattern
{
    private enum Kind { Character, One, Star, Set, Directories, Anything }

    private sealed record Part(Kind Kind, char Character = '\0', CharacterSet? Set = null);

    private readonly List<Part> _parts = [];

    private IgnorePattern(bool negated) => IsNegated = negated;

    /// <summary>It takes in again what earlier ones have left out.</summary>
    public bool IsNegated { get; }

    /// <exception cref="FormatException"><c>syntax error in pattern</c>.</exception>
    public static IgnorePattern Parse(string text, bool negated)
    {
        IgnorePattern pattern = new(negated);
        string clean = CleanPath.Of(text);
        if (clean.Length > 1 && clean[0] == '/') clean = clean[1..];
        for (int at = 0; at < clean.Length;) pattern.Take(clean, ref at);
        // A plain end is looked for without regard to names.
        if (pattern._parts is [{ Kind: Kind.Directories }, .. var rest] && clean is [_, _, not '/', ..]
            && rest.All(part => part.Kind == Kind.Character))
            pattern._parts[0] = new Part(Kind.Anything);
        return pattern;
    }

    private void Take(string text, ref int at)
    {
        char c = text[at++];
        if (c == '*' && at < text.Length && text[at] == '*')
        {
            at++;
            if (at < text.Length && text[at] == '/') at++;
            _parts.Add(new Part(at == text.Length ? Kind.Anything : Kind.Directories));
            return;
        }
        if (c == '\\' && at == text.Length) throw new FormatException("syntax error in pattern");
        _parts.Add(c switch
        {
            '*' => new Part(Kind.Star),
            '?' => new Part(Kind.One),
            '[' => new Part(Kind.Set, Set: CharacterSet.Parse(text, ref at)),
            '\\' => new Part(Kind.Character, text[at++]),
            _ => new Part(Kind.Character, c),
        });
    }

    public bool Matches(ReadOnlySpan<char> path) => Follow(path) is { } places && places[^1];

    /// <summary>Whether it can fit any path that begins with this directory.</summary>
    public bool MayMatchBelow(string directory) => Follow(directory + "/") is { } places && places.Contains(true);

    /// <returns>The places behind the path; null when there are none.</returns>
    private bool[]? Follow(ReadOnlySpan<char> path)
    {
        bool[] now = new bool[_parts.Count + 1], next = new bool[_parts.Count + 1];
        Reach(now, 0);
        foreach (char c in path)
        {
            Array.Clear(next);
            bool any = false;
            for (int place = 0; place < _parts.Count; place++)
                if (now[place]) any |= Step(next, place, c);
            if (!any) return null;
            (now, next) = (next, now);
        }
        return now;
    }

    private bool Step(bool[] next, int place, char c)
    {
        Part part = _parts[place];
        switch (part.Kind)
        {
            case Kind.Anything or Kind.Star when part.Kind == Kind.Anything || c != '/':
                Reach(next, place);
                return true;
            case Kind.Directories:
                // Inside of a name it cannot end.
                next[place] = true;
                if (c == '/') Reach(next, place + 1);
                return true;
            case Kind.Character when part.Character == c:
            case Kind.One when c != '/':
            case Kind.Set when part.Set!.Contains(c):
                Reach(next, place + 1);
                return true;
            default:
                return false;
        }
    }

    private void Reach(bool[] places, int place)
    {
        places[place] = true;
        while (place < _parts.Count && _parts[place].Kind is Kind.Star or Kind.Directories or Kind.Anything) places[++place] = true;
    }
}
