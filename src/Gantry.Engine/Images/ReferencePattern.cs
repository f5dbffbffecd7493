using Gantry.Registry;

namespace Gantry.Engine.Images;

/// <summary>The filter <c>reference</c>: a shell pattern for the familiar name, with or without tag, in which <c>*</c> does not pass a slash.</summary>
internal static class ReferencePattern
{
    public static bool Matches(string pattern, Reference name) =>
        Matches(pattern.AsSpan(), name.Familiar) || Matches(pattern.AsSpan(), name.FamiliarName);

    private static bool Matches(ReadOnlySpan<char> pattern, ReadOnlySpan<char> text)
    {
        while (!pattern.IsEmpty)
        {
            switch (pattern[0])
            {
                case '*':
                    pattern = pattern[1..];
                    for (int i = 0; ; i++)
                    {
                        if (Matches(pattern, text[i..])) return true;
                        if (i == text.Length || text[i] == '/') return false;
                    }
                case '?' when !text.IsEmpty && text[0] != '/':
                    break;
                case '[' when pattern.IndexOf(']') is var end and > 1:
                    if (text.IsEmpty || !InClass(pattern[1..end], text[0])) return false;
                    pattern = pattern[end..];
                    break;
                case '\\' when pattern.Length > 1:
                    pattern = pattern[1..];
                    goto default;
                default:
                    if (text.IsEmpty || text[0] != pattern[0]) return false;
                    break;
            }
            pattern = pattern[1..];
            text = text[1..];
        }
        return text.IsEmpty;
    }

    private static bool InClass(ReadOnlySpan<char> set, char c)
    {
        bool negated = set[0] == '^';
        if (negated) set = set[1..];
        bool found = false;
        for (int i = 0; i < set.Length; i++)
        {
            if (i + 2 < set.Length && set[i + 1] == '-')
            {
                found |= c >= set[i] && c <= set[i + 2];
                i += 2;
            }
            else found |= c == set[i];
        }
        return found != negated;
    }
}
