using Gantry.Build.Dockerfile.Lexing;

namespace Gantry.Build.Dockerfile.Ignore;

/// <summary>What <c>.dockerignore</c> leaves out of a context.</summary>
/// <remarks>The last pattern that fits a path, or a directory above it, counts.</remarks>
public sealed class IgnorePatterns
{
    /// <summary>Each path is held against each of them.</summary>
    public const int MaxPatterns = 10_000;

    private readonly List<IgnorePattern> _patterns = [];
    private readonly List<string> _texts = [];

    /// <exception cref="DockerfileException"><c>syntax error in pattern</c>, or a lone exclamation mark.</exception>
    public static IgnorePatterns Parse(SourceFile file)
    {
        IgnorePatterns patterns = new();
        for (int number = 1; number <= file.Lines.Count; number++)
        {
            string line = file.Lines[number - 1];
            if (line.StartsWith('#') || line.AsSpan().Trim().IsEmpty) continue;
            if (patterns._patterns.Count == MaxPatterns) throw Refuse($"more than {MaxPatterns} patterns");
            string text = line.Trim();
            bool negated = text[0] == '!';
            if (negated) text = text[1..].Trim();
            if (text.Length == 0) throw Refuse("illegal exclusion pattern: \"!\"");
            try
            {
                patterns._patterns.Add(IgnorePattern.Parse(text, negated));
                patterns._texts.Add(negated ? "!" + Cleaned(text) : Cleaned(text));
            }
            catch (FormatException e)
            {
                throw Refuse(e.Message);
            }

            DockerfileException Refuse(string reason) => new(file.Whole(number), reason, located: false);
        }
        return patterns;
    }

    /// <summary>The patterns of <c>--exclude</c>, which are those of a line each.</summary>
    /// <exception cref="FormatException"><c>syntax error in pattern</c>.</exception>
    public static IgnorePatterns Of(IEnumerable<string> texts)
    {
        IgnorePatterns patterns = new();
        foreach (string text in texts)
        {
            bool negated = text.StartsWith('!');
            patterns._patterns.Add(IgnorePattern.Parse(negated ? text[1..] : text, negated));
            patterns._texts.Add(text);
        }
        return patterns;
    }

    /// <summary>The same, for whoever leaves files out in our place: a line each, with paths that begin at the context.</summary>
    public IReadOnlyList<string> Texts => _texts;

    private static string Cleaned(string text) => CleanPath.Of(text) is ['/', _, ..] rooted ? rooted[1..] : CleanPath.Of(text);

    /// <summary>Whether nothing is left out.</summary>
    public bool IsEmpty => _patterns.Count == 0;

    /// <summary>Where a build looks for its patterns, in this order; the first that exists counts, alone.</summary>
    /// <param name="dockerfile">Its path in the context.</param>
    public static IReadOnlyList<string> FileNames(string dockerfile) => [dockerfile + ".dockerignore", ".dockerignore"];

    /// <param name="path">Relative to the context, with slashes, not beginning or ending in one.</param>
    public bool IsExcluded(string path)
    {
        bool excluded = false;
        foreach (IgnorePattern pattern in _patterns)
        {
            // What would change nothing need not be looked at.
            if (pattern.IsNegated == excluded && MatchesWithParents(pattern, path)) excluded = !pattern.IsNegated;
        }
        return excluded;
    }

    /// <param name="path">As the file system has it, in whatever encoding.</param>
    public bool IsExcluded(ReadOnlySpan<byte> path) => IsExcluded(ByteText.Of(path));

    /// <summary>Whether something below an excluded directory may be taken in again; otherwise nobody need look into it.</summary>
    public bool MayIncludeBelow(string directory) => _patterns.Exists(pattern => pattern.IsNegated && pattern.MayMatchBelow(directory));

    private static bool MatchesWithParents(IgnorePattern pattern, string path)
    {
        for (int end = path.IndexOf('/'); end >= 0; end = path.IndexOf('/', end + 1))
            if (pattern.Matches(path.AsSpan(0, end))) return true;
        return pattern.Matches(path);
    }
}
