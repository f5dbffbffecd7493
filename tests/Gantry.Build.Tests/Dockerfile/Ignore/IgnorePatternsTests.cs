using Gantry.Build.Dockerfile.Ignore;
using Gantry.Build.Dockerfile.Lexing;

namespace Gantry.Build.Tests.Dockerfile.Ignore;

public sealed class IgnorePatternsTests
{
    [Theory]
    [InlineData("a", "a", true)]
    [InlineData("a", "a/b/c", true)]
    [InlineData("a", "b/a", false)]
    [InlineData("a", "ab", false)]
    [InlineData("/a", "a", true)]
    [InlineData("a/", "a/b", true)]
    [InlineData("./a/../b", "b", true)]
    [InlineData(" a ", "a", true)]
    [InlineData("*", "a/b", true)]
    [InlineData("*.go", "a.go", true)]
    [InlineData("*.go", "x/a.go", false)]
    [InlineData("*/a", "x/a", true)]
    [InlineData("*/a", "x/y/a", false)]
    [InlineData("*/*/a", "x/y/a", true)]
    [InlineData("a?", "ab", true)]
    [InlineData("a?", "a", false)]
    [InlineData("a?b", "a/b", false)]
    [InlineData("**/a", "a", true)]
    [InlineData("**/a", "x/y/a", true)]
    [InlineData("**/a", "x/ba", false)]
    [InlineData("**/*.go", "a.go", true)]
    [InlineData("**/*.go", "x/y/a.go", true)]
    [InlineData("**", "x/y", true)]
    [InlineData("a/**", "a/b/c", true)]
    [InlineData("a/**", "a", false)]
    [InlineData("a/**", "ab", false)]
    [InlineData("a/**/b", "a/b", true)]
    [InlineData("a/**/b", "a/x/y/b", true)]
    [InlineData("a/**/b", "a/xb", false)]
    [InlineData("a/**/*.x", "a/b/c.x", true)]
    [InlineData("**.go", "x/a.go", true)]
    [InlineData("**file", "dir/file", true)]
    [InlineData("dir/**", "dir/file/", true)]
    [InlineData("[a-c]", "b", true)]
    [InlineData("[a-c]", "d", false)]
    [InlineData("[^a-c]", "d", true)]
    [InlineData("[^a-c]", "a", false)]
    [InlineData("[\\]]", "]", true)]
    [InlineData("a\\*b", "a*b", true)]
    [InlineData("a\\*b", "axb", false)]
    [InlineData("a.b", "axb", false)]
    [InlineData("a+(b)|{c}$^", "a+(b)|{c}$^", true)]
    [InlineData("é?", "éé", true)]
    [InlineData("#a", "#a", false)]
    [InlineData(" #a", "#a", true)]
    [InlineData("*\n!a", "a", false)]
    [InlineData("*\n!a", "b", true)]
    [InlineData("*\n!a", "a/b", false)]
    [InlineData("*\n!a\na/b", "a/b", true)]
    [InlineData("!a\n*", "a", true)]
    [InlineData("*\n! a", "a", false)]
    [InlineData("a\n!a/b", "a/b", false)]
    [InlineData("**\n!**/*.md", "x/y.md", false)]
    [InlineData("a\r\nb\r\n", "a", true)]
    [InlineData("\uFEFFa", "a", true)]
    [InlineData("..", "a", false)]
    [InlineData("", "a", false)]
    public void LeavesOut(string patterns, string path, bool excluded) => Assert.Equal(excluded, Of(patterns).IsExcluded(path));

    [Theory]
    [InlineData("[", "syntax error in pattern")]
    [InlineData("[]", "syntax error in pattern")]
    [InlineData("[]a]", "syntax error in pattern")]
    [InlineData("[a-]", "syntax error in pattern")]
    [InlineData("[-a]", "syntax error in pattern")]
    [InlineData("[a", "syntax error in pattern")]
    [InlineData("a\\", "syntax error in pattern")]
    [InlineData("!", "illegal exclusion pattern: \"!\"")]
    public void RefusesWhatIsNoPattern(string pattern, string message)
    {
        DockerfileException refused = Assert.Throws<DockerfileException>(() => Of("a\n" + pattern));
        Assert.Equal((message, 2, ".dockerignore"), (refused.Message, refused.Range.Line, refused.Range.File.Name));
    }

    [Theory]
    [InlineData("*\n!a/b", "a", true)]
    [InlineData("*\n!a/b", "c", false)]
    [InlineData("*\n!**/x", "c", true)]
    [InlineData("*\n!a/*/c", "a/b", true)]
    [InlineData("a", "a", false)]
    public void AnExcludedDirectoryIsLookedIntoForWhatIsTakenInAgain(string patterns, string directory, bool descend) =>
        Assert.Equal(descend, Of(patterns).MayIncludeBelow(directory));

    [Fact]
    public void NamesAreBytes()
    {
        Assert.True(Of("a?").IsExcluded([(byte)'a', 0xff]));
        Assert.False(Of("a").IsExcluded([(byte)'a', 0xff]));
    }

    [Fact]
    public void ADockerfileHasPatternsOfItsOwn() =>
        Assert.Equal(["build/Dockerfile.dockerignore", ".dockerignore"], IgnorePatterns.FileNames("build/Dockerfile"));

    [Fact]
    public void NoPatternTakesLong()
    {
        IgnorePatterns patterns = Of(string.Concat(Enumerable.Repeat("*a", 500)) + "\n" + string.Concat(Enumerable.Repeat("**/a", 500)));
        Assert.False(patterns.IsExcluded(new string('a', 4000) + "b"));
    }

    private static IgnorePatterns Of(string text) => IgnorePatterns.Parse(SourceFile.Of(text, ".dockerignore"));
}
