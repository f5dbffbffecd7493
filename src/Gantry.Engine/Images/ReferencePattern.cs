using Gantry.Registry;

namespace Gantry.Engine.Images;

/// <summary>The filter <c>reference</c>: a shell pattern for the familiar name, with or without tag,
/// in which <c>*</c> and <c>?</c> do not pass a slash.</summary>
internal static class ReferencePattern
{
    public static bool Matches(string pattern, Reference name) => Matches(pattern, name.Familiar) || Matches(pattern, name.FamiliarName);

    /// <exception cref="GantryException">Invalid: a set without an end or without a member,
    /// or a backslash with nothing behind it.</exception>
    public static void Check(string pattern)
    {
        for (ReadOnlySpan<char> rest = pattern; !rest.IsEmpty;)
            if (rest[0] == '*') rest = rest[1..];
            else _ = MatchOne(ref rest, 'x');
    }

    // Only the last star is ever extended: an earlier one could but leave less for it.
    private static bool Matches(ReadOnlySpan<char> pattern, ReadOnlySpan<char> text)
    {
        ReadOnlySpan<char> afterStar = default, fromStar = default;
        bool star = false;
        while (true)
        {
            if (!pattern.IsEmpty && pattern[0] == '*')
            {
                pattern = pattern[1..];
                afterStar = pattern;
                fromStar = text;
                star = true;
                continue;
            }
            if (pattern.IsEmpty && text.IsEmpty) return true;
            if (!pattern.IsEmpty && !text.IsEmpty && MatchOne(ref pattern, text[0]))
            {
                text = text[1..];
                continue;
            }
            if (!star || fromStar.IsEmpty || fromStar[0] == '/') return false;
            fromStar = fromStar[1..];
            pattern = afterStar;
            text = fromStar;
        }
    }

    /// <summary>Takes what stands for one character from the pattern's beginning.</summary>
    private static bool MatchOne(ref ReadOnlySpan<char> pattern, char c)
    {
        char first = Take(ref pattern);
        return first switch
        {
            '?' => c != '/',
            '[' => MatchSet(ref pattern, c),
            '\\' => Take(ref pattern) == c,
            _ => first == c,
        };
    }

    private static bool MatchSet(ref ReadOnlySpan<char> pattern, char c)
    {
        bool negated = !pattern.IsEmpty && pattern[0] == '^', found = false;
        if (negated) Take(ref pattern);
        do
        {
            char low = Member(ref pattern), high = low;
            if (!pattern.IsEmpty && pattern[0] == '-')
            {
                Take(ref pattern);
                high = Member(ref pattern);
            }
            found |= c >= low && c <= high;
        } while (pattern.IsEmpty || pattern[0] != ']');
        Take(ref pattern);
        return found != negated;
    }

    private static char Member(ref ReadOnlySpan<char> pattern) => Take(ref pattern) switch
    {
        ']' or '-' => throw Bad(),
        '\\' => Take(ref pattern),
        char c => c,
    };

    private static char Take(ref ReadOnlySpan<char> pattern)
    {
        if (pattern.IsEmpty) throw Bad();
        char first = pattern[0];
        pattern = pattern[1..];
        return first;
    }

    private static GantryException Bad() => GantryException.Invalid("syntax error in pattern");
}
