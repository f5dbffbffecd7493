namespace Gantry.Build.Repositories;

/// <summary>What <c>git ls-remote</c> is asked and says.</summary>
internal static class RemoteReferences
{
    private const string Head = "HEAD", Peeled = "^{}";

    /// <summary>The names that a reference may stand for, in git's own order.</summary>
    private static string[] Names(string asked) => asked.Length == 0 || asked == Head ? [Head]
        : [asked, $"refs/{asked}", $"refs/tags/{asked}", $"refs/heads/{asked}"];

    public static IEnumerable<string> Patterns(string asked) =>
        Names(asked).SelectMany(name => name == Head ? [name] : new[] { name, name + Peeled });

    /// <param name="answer">A line for each reference: what it is, a tab, its name. A tag that is an object has a second line with the
    /// commit.</param>
    /// <returns>Null for none.</returns>
    public static GitCommit? Find(string answer, string asked)
    {
        Dictionary<string, string> known = [];
        foreach (string line in answer.Split('\n'))
            if (line.Split('\t') is [{ } commit, { } name] && CommitName.IsWhole(commit)) known.TryAdd(name, commit);
        string? found = Array.Find(Names(asked), known.ContainsKey);
        return found is null ? null : new GitCommit(known.GetValueOrDefault(found + Peeled) ?? known[found], found);
    }
}
