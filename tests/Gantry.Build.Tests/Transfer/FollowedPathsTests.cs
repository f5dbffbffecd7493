using Gantry.Build.Dockerfile.Ignore;
using Gantry.Build.Transfer;
using Gantry.Linux.Trees;

namespace Gantry.Build.Tests.Transfer;

/// <summary>What of a directory is sent for certain sources of COPY.</summary>
public sealed class FollowedPathsTests : IDisposable
{
    private readonly TestTree _tree = new();

    public FollowedPathsTests() => _tree.Shell("mkdir -p a/b z/y; echo 1 > a/b/c; echo 2 > a/d; echo 3 > e; echo 4 > z/y/x; "
        + "ln -s ../z a/out; ln -s y/x z/x; ln -s / top; ln -s ../../../../e up; ln -s gone dangling; ln -s r2 r1; ln -s r1 r2");

    public void Dispose() => _tree.Dispose();

    private async Task<string> Sent(string[] sources, string patterns = "")
    {
        TreeFiles files = new(_tree.Root, IgnorePatterns.Of(patterns.Split(' ', StringSplitOptions.RemoveEmptyEntries)),
            only: FollowedPaths.Of(_tree.Root, [.. sources.Select(ByteText.Bytes)]));
        List<string> paths = [];
        await foreach (FileStat file in files.Files(TestContext.Current.CancellationToken)) paths.Add(PathBytes.Show(file.Path));
        return string.Join(' ', paths);
    }

    private const string All = "a a/b a/b/c a/d a/out dangling e r1 r2 top up z z/x z/y z/y/x";

    [Theory]
    [InlineData("e", "e")]
    [InlineData("/e", "e")]
    [InlineData("./a/../e", "e")]
    [InlineData("../../e", "e")]
    [InlineData("a/b", "a a/b a/b/c")]
    [InlineData("a/b/", "a a/b a/b/c")]
    [InlineData("a/*", "a a/b a/b/c a/d a/out z z/x z/y z/y/x")]
    [InlineData("a/[bd]", "a a/b a/b/c a/d")]
    [InlineData("?", "a a/b a/b/c a/d a/out e z z/x z/y z/y/x")]
    // A ring is among what fits, and nobody counts how often it goes round.
    [InlineData("*/d", All)]
    [InlineData("a*/d", "a a/d")]
    [InlineData("a/out/x", "a a/out z z/x z/y z/y/x")]
    [InlineData("up", "e up")]
    [InlineData("dangling", "dangling")]
    [InlineData("r1", All)]
    [InlineData("top", All)]
    [InlineData("top/a/d", "a a/d top")]
    [InlineData("**", All)]
    [InlineData("**/c", All)]
    [InlineData(".", All)]
    [InlineData("", All)]
    [InlineData("[", All)]
    [InlineData("nosuch", "")]
    [InlineData("e/nosuch", "e")]
    public async Task ItIsWhatACopyFollows(string source, string sent) => Assert.Equal(sent, await Sent([source]));

    [Fact]
    public async Task SeveralAreJoinedAndWhatIsLeftOutStaysOut()
    {
        Assert.Equal("a a/b a/b/c e", await Sent(["e", "a/b"]));
        Assert.Equal("e", await Sent(["e", "a/b"], "a"));
        Assert.Equal("a a/b a/b/c", await Sent(["a"], "a !a/b"));
        Assert.Equal(All, await Sent([]));
    }

    [Fact]
    public async Task LinksWithoutEndCostNothing()
    {
        _tree.Shell("mkdir l; for i in $(seq 300); do ln -s . l/$i; done");
        Assert.Contains("e", await Sent(["l/*/*/*/*/*/*/*/*/*/*"]));
    }
}
