using System.Text;

namespace Gantry.Build.Dockerfile.Expansion;

/// <summary>A shell's pattern in a substitution: <c>*</c> is any text, <c>?</c> any character,
/// a backslash takes what follows as it is.</summary>
/// <remarks>Every place of the pattern that the text read so far can have led to is followed at once,
/// so one pass over the text finds all lengths that fit.</remarks>
internal sealed class ShellPattern
{
    /// <summary>A pattern that takes more than this is an attack, or as good as one.</summary>
    private const long MaxSteps = 50_000_000;

    private readonly List<Part> _parts = [];
    private long _steps;

    private enum Kind { Text, One, Any }

    private readonly record struct Part(Kind Kind, char Character);

    private ShellPattern(string pattern)
    {
        for (int i = 0; i < pattern.Length; i++)
        {
            if (pattern[i] == '\\' && i + 1 < pattern.Length) _parts.Add(new Part(Kind.Text, pattern[++i]));
            else _parts.Add(new Part(pattern[i] switch { '*' => Kind.Any, '?' => Kind.One, _ => Kind.Text }, pattern[i]));
        }
    }

    /// <summary>The pattern that fits this text alone.</summary>
    public static string Literal(string text) => text.Replace("\\", "\\\\").Replace("*", "\\*").Replace("?", "\\?");

    /// <summary>Without the shortest, or longest, beginning that fits.</summary>
    /// <exception cref="FormatException">It takes too long.</exception>
    public static string TrimStart(string value, string pattern, bool longest) =>
        value[Math.Max(new ShellPattern(pattern).Match(value, longest), 0)..];

    /// <summary>Without the shortest, or longest, end that fits.</summary>
    /// <exception cref="FormatException">It takes too long.</exception>
    public static string TrimEnd(string value, string pattern, bool longest)
    {
        ShellPattern backwards = new(pattern);
        backwards._parts.Reverse();
        char[] reversed = value.ToCharArray();
        Array.Reverse(reversed);
        return value[..^Math.Max(backwards.Match(reversed, longest), 0)];
    }

    /// <summary>The first, or every, longest part that fits becomes <paramref name="word"/>.</summary>
    /// <exception cref="FormatException">It takes too long.</exception>
    public static string Replace(string value, string pattern, string word, bool all)
    {
        ShellPattern shell = new(pattern);
        StringBuilder result = new();
        int at = 0;
        while (at < value.Length)
        {
            int length = shell.Match(value.AsSpan(at), longest: true);
            if (length <= 0)
            {
                result.Append(value[at++]);
                continue;
            }
            ShellExpansion.Bound(result.Append(word));
            at += length;
            if (!all) break;
        }
        return result.Append(value.AsSpan(at)).ToString();
    }

    /// <returns>The length of a beginning that fits; -1 when none does.</returns>
    private int Match(ReadOnlySpan<char> text, bool longest)
    {
        bool[] now = new bool[_parts.Count + 1], next = new bool[_parts.Count + 1];
        Reach(now, 0);
        int found = -1;
        for (int at = 0; ; at++)
        {
            if (now[^1])
            {
                found = at;
                if (!longest) return found;
            }
            if (at == text.Length || !Step(now, next, text[at])) return found;
            (now, next) = (next, now);
        }
    }

    /// <returns>False when no place is left.</returns>
    private bool Step(bool[] now, bool[] next, char c)
    {
        if ((_steps += now.Length) > MaxSteps) throw new FormatException("the pattern takes too long");
        Array.Clear(next);
        bool any = false;
        for (int place = 0; place < _parts.Count; place++)
        {
            if (!now[place]) continue;
            Part part = _parts[place];
            if (part.Kind == Kind.Text && part.Character != c) continue;
            Reach(next, part.Kind == Kind.Any ? place : place + 1);
            any = true;
        }
        return any;
    }

    private void Reach(bool[] places, int place)
    {
        places[place] = true;
        // A star may stand for nothing.
        while (place < _parts.Count && _parts[place].Kind == Kind.Any) places[++place] = true;
    }
}
