using Xunit;

namespace Gantry.Workloads.Tests;

public sealed class InsidePathTests
{
    [Theory]
    [InlineData("/a//b/./c/", "/a/b/c")]
    [InlineData("/a/../../b", "/b")]
    [InlineData("a", "/a")]
    [InlineData("/..", "/")]
    public void NothingLeadsOutOfTheRoot(string path, string clean) => Assert.Equal(clean, InsidePath.Clean(path));
}
