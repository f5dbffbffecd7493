using Gantry.Build.Dockerfile.Ignore;
using Gantry.Build.Files;
using Gantry.Linux.Trees;

namespace Gantry.Build.Tests.Files;

public sealed class SourceSelectionTests : IDisposable
{
    private readonly TestTree _tree = new TestTree().Shell("""
        mkdir -p dir/sub src/a src/b empty
        echo 1 > a.txt; echo 2 > b.go; echo 3 > c.go; echo x > dir/f; echo y > dir/sub/g; echo 5 > src/a/x; echo 6 > src/b/x
        ln -s ../a.txt dir/link; ln -s a.txt filelink; ln -s dir dirlink; ln -s /etc/passwd out; ln -s nowhere dangling; ln -s loop loop
        echo s > 'a*b'; echo t > 'axb'; ln -s /../../../dir/sub up
        """);

    public void Dispose() => _tree.Dispose();

    [Theory]
    [InlineData("a.txt", "a.txt<a.txt")]
    [InlineData("/a.txt", "a.txt<a.txt")]
    [InlineData("./x/../a.txt/", "a.txt<a.txt")]
    [InlineData("../../a.txt", "a.txt<a.txt")]
    [InlineData("dir", "f<dir/f link<dir/link sub/ sub/g<dir/sub/g")]
    [InlineData("dir/.", "f<dir/f link<dir/link sub/ sub/g<dir/sub/g")]
    [InlineData("dirlink/sub", "g<dir/sub/g")]
    [InlineData("filelink", "filelink<a.txt")]
    [InlineData("up", "g<dir/sub/g")]
    [InlineData("*.go", "b.go<b.go c.go<c.go")]
    [InlineData("[bc].??", "b.go<b.go c.go<c.go")]
    [InlineData("src/*/x", "x<src/a/x x<src/b/x")]
    [InlineData("src/*", "x<src/a/x x<src/b/x")]
    [InlineData("*/f", "f<dir/f")]
    [InlineData("dirl*", "f<dir/f link<dir/link sub/ sub/g<dir/sub/g")]
    [InlineData("d**r/f", "f<dir/f")]
    [InlineData("a[*]b", "a*b<a*b")]
    [InlineData(@"a\*?", "a*b<a*b")]
    [InlineData("a*b", "a*b<a*b axb<axb")]
    [InlineData("nothing*", "")]
    [InlineData("a.txt/*", "")]
    [InlineData("empty", "")]
    public void ASourceIsFollowedAndDirectoriesStandForTheirContent(string source, string expected) =>
        Assert.Equal(expected, Show(Select([source], new SelectionRules())));

    [Theory]
    [InlineData("nosuch")]
    [InlineData("dir/nosuch")]
    [InlineData("a.txt/x")]
    [InlineData("out")]
    [InlineData("dangling")]
    [InlineData("loop")]
    [InlineData("dang*")]
    public void WhatIsNotThereIsNamed(string source)
    {
        MissingSourceException missing = Assert.Throws<MissingSourceException>(() => Select([source], new SelectionRules()));
        Assert.Equal(source.Replace("dang*", "dangling", StringComparison.Ordinal), missing.Name);
    }

    [Fact]
    public void WhatIsNoPatternIsRefused() => Assert.Contains("syntax error in pattern",
        Assert.Throws<GantryException>(() => Select(["a[*"], new SelectionRules())).Message);

    [Theory]
    [InlineData("src/a/x", "src/ src/a/ src/a/x<src/a/x")]
    [InlineData("src/./a/x", "a/ a/x<src/a/x")]
    [InlineData("./src/a", "src/ src/a/ src/a/x<src/a/x")]
    [InlineData("src/*/x", "src/ src/a/ src/a/x<src/a/x src/b/ src/b/x<src/b/x")]
    [InlineData("**/x", "src/ src/a/ src/a/x<src/a/x src/b/ src/b/x<src/b/x")]
    [InlineData("dir/./**", "f<dir/f link<dir/link sub/ sub/g<dir/sub/g")]
    [InlineData("dir/./", "f<dir/f link<dir/link sub/ sub/g<dir/sub/g")]
    [InlineData("filelink", "filelink<filelink")]
    [InlineData("b.*", "b.go<b.go")]
    public void ParentsComeAlong(string source, string expected) =>
        Assert.Equal(expected, Show(Select([source], new SelectionRules { Parents = true })));

    [Theory]
    [InlineData(".", "*\n!dir", "dir/ dir/f<dir/f dir/link<dir/link dir/sub/ dir/sub/g<dir/sub/g")]
    [InlineData("dir", "sub", "f<dir/f link<dir/link")]
    [InlineData("dir", "*\n!sub/g", "sub/ sub/g<dir/sub/g")]
    [InlineData("*.go", "b*", "c.go<c.go")]
    [InlineData("dir", "**/g", "f<dir/f link<dir/link sub/")]
    public void WhatIsExcludedIsNotThere(string source, string patterns, string expected) =>
        Assert.Equal(expected, Show(Select([source], new SelectionRules { Exclude = IgnorePatterns.Of(patterns.Split('\n')) })));

    [Fact]
    public void TooManyAreRefused() =>
        Assert.Contains("more than 3", Assert.Throws<GantryException>(() => Select(["."], new SelectionRules { MaxEntries = 3 })).Message);

    /// <summary>Each of the many ways to one name is the same to it: one after the other they would take for ever.</summary>
    [Fact]
    public void AnyDepthManyTimesIsAnyDepth()
    {
        _tree.Shell($"mkdir -p {string.Join('/', Enumerable.Repeat("deep", 60))}/end");
        string many = string.Concat(Enumerable.Repeat("**/", 40));
        Assert.EndsWith("/deep/end/", Show(Select([$"{many}end"], new SelectionRules { Parents = true })));
        Assert.Equal("", Show(Select([$"{many}nosuch*"], new SelectionRules { Parents = true })));
    }

    [Theory]
    [InlineData("src/a", "x<src/a/x")]
    [InlineData("/dirlink/../src/a/x", "x<src/a/x")]
    [InlineData("a*b", "a*b<a*b")]
    public void APathIsNoPattern(string path, string expected) =>
        Assert.Equal(expected, Show(SourceSelection.OfPath(new RootTree(_tree.Root), path, CancellationToken.None)));

    private SourceSelection Select(string[] sources, SelectionRules rules) =>
        SourceSelection.Of(new RootTree(_tree.Root), sources, rules, CancellationToken.None);

    private static string Show(SourceSelection selection) => string.Join(' ', selection.Sources.SelectMany(source =>
        source.Directories.SelectMany(Lines)));

    private static IEnumerable<string> Lines(SelectedDirectory directory)
    {
        string target = PathBytes.Show(directory.Target), prefix = target.Length == 0 ? "" : target + "/";
        string path = directory.Path.Length == 0 ? "" : PathBytes.Show(directory.Path) + "/";
        if (target.Length > 0) yield return target + "/";
        foreach (SelectedFile file in directory.Files)
            yield return $"{prefix}{PathBytes.Show(file.Target)}<{path}{PathBytes.Show(file.Name)}";
    }
}
