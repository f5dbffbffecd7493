using System.Buffers;

namespace Gantry.BuildKit.Sessions;

/// <summary>Sources of a build as paths that BuildKit's clients follow: names, and patterns by Go's rules, from the directory's top.
/// </summary>
internal static class FollowedSources
{
    /// <summary>Of which clients of some age mean something else than a COPY does: ranges, escapes, exceptions, and what joins values.
    /// </summary>
    private static readonly SearchValues<char> Unclear = SearchValues.Create("[]\\!^,#");

    /// <returns>Empty for everything, where the client would not find what a COPY finds.</returns>
    public static IReadOnlyList<string> Of(IReadOnlyList<string> sources)
    {
        List<string> paths = [];
        foreach (string source in sources)
        {
            string path = CleanPath.Of("/" + source)[1..];
            if (path.Length == 0 || !IsClear(path)) return [];
            paths.Add(path);
        }
        return paths;
    }

    /// <summary>Patterns are clear in a last name alone: on the way to one there may be links, which older clients do not follow then.
    /// </summary>
    private static bool IsClear(string path) =>
        path.LastIndexOf('/') is var slash && !path.AsSpan(0, Math.Max(0, slash)).ContainsAny('*', '?')
        && !path.AsSpan().ContainsAny(Unclear) && !path.Contains("**", StringComparison.Ordinal)
        && !path.Any(c => char.IsControl(c) || char.IsSurrogate(c)) && path.Split('/').All(name => name == name.Trim());
}
