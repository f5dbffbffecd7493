using Gantry.Build.Dockerfile.Ignore;
using Gantry.Build.Dockerfile.Lexing;

namespace Gantry.Build.Tests.Dockerfile.Ignore;

public sealed class IgnorePatternsTests
{
    [Theory]
    [InlineData("a\r\nb\r\n", "a", true)]
    [InlineData("\uFEFFa", "a", true)]
    [InlineData("", "a", false)]
    public void LeavesOut(string patterns, string path, bool excluded) => Assert.Equal(excluded, Of(patterns).IsExcluded(path));

    /// <summary>Row by row of a table that is given to the stock client too.</summary>
    [Fact]
    public void LeavesOutWhatTheTableSays() =>
        Assert.Empty(TableFile.Rows("ignore").Where(row => Of(row[0].Replace('⏎', '\n')).IsExcluded(row[1]) != (row[2] == "out"))
            .Select(row => string.Join(" · ", row)));

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
