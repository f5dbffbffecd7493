using System.Text.RegularExpressions;
using Gantry.Shape.Ceilings;
using Gantry.Shape.Sources;

namespace Gantry.Shape.Documents;

public sealed partial class PathTests
{
    private const string Remedy = "Name what took its place, or take the sentence away.";

    private static readonly HashSet<string> Entries = [.. Repository.Entries];
    private static readonly HashSet<string> FileNames = [.. Repository.Entries.Select(path => Path.GetFileName(path)!)];

    [Fact]
    public void PathsInCodeExist() => Ceiling.Hold("paths in documents exist", Remedy,
        from document in Document.All
        from text in document.Spans.Concat(document.CommandLines)
        from word in text.Text.Split([' ', '\t', '\'', '"', ':', ';', ','], StringSplitOptions.RemoveEmptyEntries)
        where IsOurs(word.TrimEnd('/')) && !Exists(word.TrimEnd('/'))
        select new Finding("docs", text.Place, $"there is no {word}"));

    [Fact]
    public void LinksLeadSomewhere() => Ceiling.Hold("links in documents lead somewhere", Remedy,
        from document in Document.All
        from link in document.Links
        where !link.Text.Contains("://") && !link.Text.StartsWith('#')
        let target = Path.Combine(Path.GetDirectoryName(document.Path)!, link.Text.Split('#')[0])
        where !Path.Exists(Repository.Absolute(target))
        select new Finding("docs", link.Place, $"there is no {link.Text}"));

    /// <summary>A path from the root, the end of one (<c>Recovery/Storm</c>),
    /// or the name of a file of a kind that only a repository has.</summary>
    private static bool IsOurs(string word) =>
        !word.Contains("/bin/") && (FromTheRoot().IsMatch(word) || FromAFolder().IsMatch(word) || FileName().IsMatch(word));

    private static bool Exists(string word)
    {
        if (FileName().IsMatch(word)) return FileNames.Contains(word);
        if (FromAFolder().IsMatch(word)) return Entries.Any(path => $"/{path}".EndsWith($"/{word}", StringComparison.Ordinal));
        if (!word.AsSpan().ContainsAny("*<")) return Entries.Contains(word);
        Regex pattern = new($"^{Placeholder().Replace(Regex.Escape(word), "[^/]+")}$");
        return Entries.Any(pattern.IsMatch);
    }

    [GeneratedRegex(@"^(src|tests|docs|scripts|bench|packaging|\.ci)/\S+$")]
    private static partial Regex FromTheRoot();

    [GeneratedRegex(@"^[A-Z][\w.]*(/[A-Z][\w.]*)+$")]
    private static partial Regex FromAFolder();

    [GeneratedRegex(@"^[\w.-]+\.(cs|csproj|slnx|props|md)$")]
    private static partial Regex FileName();

    /// <summary>As <see cref="Regex.Escape"/> leaves them: <c>*</c> and <c>&lt;Project&gt;</c>.</summary>
    [GeneratedRegex(@"\\\*|<\w+>")]
    private static partial Regex Placeholder();
}
