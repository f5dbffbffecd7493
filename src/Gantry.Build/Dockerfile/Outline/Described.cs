using Gantry.Build.Dockerfile.Lexing;

namespace Gantry.Build.Dockerfile.Outline;

/// <summary>What the author says of a stage or an argument: a comment right above that begins with its name.</summary>
internal static class Described
{
    /// <returns>Without the name; null where there is none.</returns>
    public static string? Of(Statement statement, string? name)
    {
        if (string.IsNullOrEmpty(name)) return null;
        string? line = statement.Comments.LastOrDefault(comment => comment.Length > name.Length && char.IsWhiteSpace(comment[name.Length])
            && comment.StartsWith(name, StringComparison.OrdinalIgnoreCase));
        return line?[(name.Length + 1)..].Trim();
    }
}
