namespace Gantry.Base.Tests;

public sealed class InsidePathTests
{
    [Theory]
    [InlineData("", false)]
    [InlineData("a/../b/./..", false)]
    [InlineData("/a//..", false)]
    [InlineData("..", true)]
    [InlineData("a/../..", true)]
    [InlineData("./..//a", true)]
    [InlineData("...", false)]
    public void APathThatClimbsAboveItsBeginningIsSeen(string path, bool climbs) => Assert.Equal(climbs, InsidePath.Climbs(path));

    [Theory]
    [InlineData("/a//b/./c/", "/a/b/c")]
    [InlineData("/a/../../b", "/b")]
    [InlineData("a", "/a")]
    [InlineData("/..", "/")]
    public void NothingLeadsOutOfTheRoot(string path, string clean) => Assert.Equal(clean, InsidePath.Clean(path));

    [Theory]
    [InlineData(null, "a", "/a")]
    [InlineData("", "", "/")]
    [InlineData("/w", "a/./b/", "/w/a/b")]
    [InlineData("w", "../../a", "/a")]
    [InlineData("/w", "/a//", "/a")]
    public void ARelativePathBeginsInTheWorkingDirectory(string? directory, string path, string full) =>
        Assert.Equal(full, InsidePath.Below(directory, path));
}
