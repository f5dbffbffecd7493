using System.Text;
using Gantry.Build.Dockerfile.Ignore;

namespace Gantry.Build.Files;

/// <summary>One name of a source: itself, or a pattern by the rules of Go's <c>filepath.Match</c>.</summary>
internal sealed class NamePattern
{
    private readonly IgnorePattern? _pattern;

    private NamePattern(string text, IgnorePattern? pattern) => (Text, _pattern) = (text, pattern);

    public string Text { get; }

    public bool IsPattern => _pattern is not null;

    /// <summary>Any number of directories; with <c>--parents</c> alone.</summary>
    public bool IsAnyDepth => Text == "**";

    /// <summary>Whether a source is a pattern at all: otherwise a backslash in it is one.</summary>
    public static bool IsIn(string source)
    {
        for (int i = 0; i < source.Length; i++)
        {
            if (source[i] == '\\') i++;
            else if (source[i] is '*' or '?' or '[') return true;
        }
        return false;
    }

    /// <exception cref="GantryException">Invalid: <c>syntax error in pattern</c>.</exception>
    public static IReadOnlyList<NamePattern> Parse(string source)
    {
        bool patterns = IsIn(source);
        string clean = CleanPath.Of("/" + source)[1..];
        return clean.Length == 0 ? [] : [.. clean.Split('/').Select(name => Of(name, patterns))];
    }

    /// <summary>A name in which nothing is a pattern.</summary>
    public static NamePattern Exactly(string name) => new(name, null);

    private static NamePattern Of(string name, bool mayBePattern)
    {
        if (!mayBePattern || name.AsSpan().IndexOfAny("*?[\\") < 0) return new NamePattern(name, null);
        try
        {
            return new NamePattern(name, IgnorePattern.Parse(WithSingleStars(name), negated: false));
        }
        catch (FormatException e)
        {
            throw GantryException.Invalid($"{name}: {e.Message}");
        }
    }

    /// <summary>Within a name several stars are one.</summary>
    private static string WithSingleStars(string name)
    {
        StringBuilder single = new(name.Length);
        for (int i = 0; i < name.Length; i++)
        {
            if (name[i] == '*' && i > 0 && name[i - 1] == '*') continue;
            single.Append(name[i]);
            if (name[i] == '\\' && ++i < name.Length) single.Append(name[i]);
        }
        return single.ToString();
    }

    public bool Matches(ReadOnlySpan<byte> name) => _pattern?.Matches(ByteText.Of(name)) ?? PathBytesEqual(name);

    private bool PathBytesEqual(ReadOnlySpan<byte> name) => name.SequenceEqual(ByteText.Bytes(Text));
}
