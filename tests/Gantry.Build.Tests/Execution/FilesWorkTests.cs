using Gantry.Build.Graph;
using static Gantry.Build.Tests.Execution.SolvedVertices;

namespace Gantry.Build.Tests.Execution;

public sealed class FilesWorkTests : IDisposable
{
    private const uint O755 = 0b111_101_101, O700 = 0b111_000_000, O644 = 0b110_100_100;

    private readonly SolvedVertices _solved = new();

    public void Dispose() => _solved.Dispose();

    private async Task<string[]> Lines(Vertex vertex, bool times = false) => (await _solved.SolveAsync(vertex, times)).Lines;

    private static CopyAction Copy(Vertex from, string source, string destination) =>
        new(from, null, source, destination) { TakesContent = true, MakesParents = true, FollowsLink = true };

    [Fact]
    public async Task AChainOfChangesIsOneLayer()
    {
        (BuiltTree tree, string[] lines) = await _solved.SolveAsync(Changed(Empty,
            new MakeDirectoryAction("/a/b", O700, Parents: true, Owner: "7:8"), File("/a/b/f", "one"), File("/a/gone"),
            new MakeLinkAction("b/f", "/a/l", Time: DateTimeOffset.FromUnixTimeSeconds(100)), new RemoveAction("/a/gone", false, false),
            File("/a/l", "two"), new MakeDirectoryAction("/a", O755, Parents: false)), times: true);
        Assert.Single(tree.Layers);
        Assert.Equal(["a/ 700 7:8 1970-01-01T00:00:00", "a/b/ 700 7:8 1970-01-01T00:00:00",
            "a/b/f 644 0:0 1970-01-01T00:00:00 = two", "a/l -> b/f 777 0:0 1970-01-01T00:01:40"], lines);
    }

    [Theory]
    [InlineData("/nosuch/d", "no such file or directory"), InlineData("/f/d", "not a directory"), InlineData("/", "this is the root")]
    [InlineData("/loop/d", "too many levels")]
    public async Task WhatHasNoPlaceIsRefusedInWords(string path, string reason)
    {
        FilesVertex below = Changed(Empty, File("/f"), new MakeLinkAction("loop", "/loop"));
        FileAction[] actions = [File(path), new MakeLinkAction("x", path), new RemoveAction(path, MayBeMissing: false, IsPattern: false)];
        foreach (FileAction action in actions)
            Assert.Contains(reason, (await Assert.ThrowsAsync<GantryException>(() => _solved.SolveAsync(Changed(below, action)))).Message);
    }

    [Fact]
    public async Task WhatIsThereAlreadyIsKeptReplacedOrInTheWay()
    {
        FilesVertex below = Changed(Empty, File("/f", "old", O755), new MakeDirectoryAction("/d", O700, false), File("/d/in", "in"));
        Assert.Equal(["d/ 700 0:0", "d/in 644 0:0 = in", "f 644 0:0 = new"],
            await Lines(Changed(below, File("/f", "new"), new MakeDirectoryAction("/d", O755, true))));
        foreach (FileAction action in (FileAction[])[new MakeDirectoryAction("/f", O755, true), File("/d"), new MakeLinkAction("x", "/f")])
            Assert.Equal(ErrorKind.InvalidArgument, (await Assert.ThrowsAsync<GantryException>(() => Lines(Changed(below, action)))).Kind);
    }

    [Fact]
    public async Task WhatIsRemovedGoesItselfAndByPatterns()
    {
        FilesVertex below = Changed(Empty, File("/a.c"), File("/b.c"), File("/c.h"), new MakeDirectoryAction("/d/e", O755, true),
            File("/d/e/f"), new MakeLinkAction("d", "/l"));
        Assert.Equal(["d/ 755 0:0"],
            await Lines(Changed(below, new RemoveAction("/*.[ch]", false, IsPattern: true), new RemoveAction("/l", false, false),
                new RemoveAction("/d/../d/e", false, false), new RemoveAction("/none", MayBeMissing: true, false),
                new RemoveAction("/none*", false, IsPattern: true))));
        Assert.Contains("/none: no such file", (await Assert.ThrowsAsync<GantryException>(() =>
            Lines(Changed(below, new RemoveAction("/none", MayBeMissing: false, false))))).Message);
    }

    /// <summary>As cp does it, or as COPY.</summary>
    [Fact]
    public async Task ADirectoryIsCopiedItselfOrWhatIsInIt()
    {
        FilesVertex from = Changed(Empty, new MakeDirectoryAction("/s/in", O700, true, Owner: "5:6"), File("/s/f", "f"),
            new MakeLinkAction("f", "/s/l"));
        FilesVertex below = Changed(Empty, new MakeDirectoryAction("/there", O755, false));
        Assert.Equal(["there/ 755 0:0", "there/f 644 0:0 = f", "there/in/ 700 5:6", "there/l -> f 777 0:0"],
            await Lines(Changed(below, Copy(from, "/s", "/there"))));
        Assert.Equal(["there/ 755 0:0", "there/s/ 700 5:6", "there/s/f 644 0:0 = f", "there/s/in/ 700 5:6", "there/s/l -> f 777 0:0"],
            await Lines(Changed(below, Copy(from, "/s", "/there") with { TakesContent = false })));
        Assert.Equal(["new/ 755 0:0", "new/f 644 0:0 = f", "new/in/ 700 5:6", "new/l -> f 777 0:0", "there/ 755 0:0"],
            await Lines(Changed(below, Copy(from, "/s", "/new"))));
        Assert.Equal(["new/ 700 5:6", "new/f 644 0:0 = f", "new/in/ 700 5:6", "new/l -> f 777 0:0", "there/ 755 0:0"],
            await Lines(Changed(below, Copy(from, "/s", "/new") with { TakesContent = false })));
        Assert.Equal(["new/ 755 1:2", "new/f 600 1:2 = f", "new/in/ 600 1:2", "new/l -> f 777 1:2", "there/ 755 0:0"],
            await Lines(Changed(below, Copy(from, "/s", "/new") with { Owner = "1:2", Mode = "600" })));
    }

    [Fact]
    public async Task LinksPatternsAndChoicesAreFollowedAsAsked()
    {
        FilesVertex from = Changed(Empty, new MakeDirectoryAction("/s/t", O755, true), File("/s/a.c", "a"), File("/s/b.h", "b"),
            File("/s/t/c.c", "c"), new MakeLinkAction("s/a.c", "/l"), File("/*.c", "star"));
        Assert.Equal(["x 644 0:0 = a"], await Lines(Changed(Empty, Copy(from, "/l", "/x"))));
        Assert.Equal(["x -> s/a.c 777 0:0"], await Lines(Changed(Empty, Copy(from, "/l", "/x") with { FollowsLink = false })));
        Assert.Equal(["x 644 0:0 = star"], await Lines(Changed(Empty, Copy(from, "/*.c", "/x"))));
        Assert.Equal(["x/ 755 0:0", "x/a.c 644 0:0 = a"],
            await Lines(Changed(Empty, Copy(from, "/s/*.c", "/x/") with { IsPattern = true })));
        Assert.Empty(await Lines(Changed(Empty, Copy(from, "/s/*.z", "/x/") with { IsPattern = true, MayBeNothing = true })));
        Assert.Equal(ErrorKind.NotFound, (await Assert.ThrowsAsync<GantryException>(() =>
            Lines(Changed(Empty, Copy(from, "/s/*.z", "/x/") with { IsPattern = true })))).Kind);
        Assert.Equal(["x/ 755 0:0", "x/a.c 644 0:0 = a", "x/t/ 755 0:0", "x/t/c.c 644 0:0 = c"],
            await Lines(Changed(Empty, Copy(from, "/s", "/x") with { Include = ["**/*.c"] })));
        Assert.Equal(["x/ 755 0:0", "x/b.h 644 0:0 = b"],
            await Lines(Changed(Empty, Copy(from, "/s", "/x") with { Exclude = ["t", "*.c"] })));
        Assert.Equal(["x/ 755 0:0", "x/a.c 644 0:0 = a"],
            await Lines(Changed(Empty, Copy(from, "/s", "/x") with { Include = ["*.c", "t"], Exclude = ["t"] })));
    }

    [Fact]
    public async Task AKindInTheWayIsRefusedOrReplaced()
    {
        FilesVertex from = Changed(Empty, new MakeDirectoryAction("/s/x", O755, true), File("/s/y", "y"));
        FilesVertex below = Changed(Empty, File("/x", "file"), new MakeDirectoryAction("/y/z", O755, true));
        Assert.Contains("cannot copy to non-directory",
            (await Assert.ThrowsAsync<GantryException>(() => Lines(Changed(below, Copy(from, "/s", "/"))))).Message);
        Assert.Equal(["x/ 755 0:0", "y 644 0:0 = y"], await Lines(Changed(below, Copy(from, "/s", "/") with { Replaces = true })));
        Assert.Contains("failed to stat /new/way",
            (await Assert.ThrowsAsync<GantryException>(() =>
                Lines(Changed(below, Copy(from, "/s", "/new/way") with { MakesParents = false })))).Message);
    }

    [Fact]
    public async Task ATimeIsThatOfAllThatIsCopiedAndMade()
    {
        FilesVertex from = Changed(Empty, new MakeDirectoryAction("/s/t", O755, true), File("/s/f", "f"));
        Assert.All(await Lines(Changed(Empty, Copy(from, "/s", "/a/b") with { Time = DateTimeOffset.FromUnixTimeSeconds(500) }),
            times: true),
            line => Assert.Contains("1970-01-01T00:08:20", line));
    }

    /// <summary>What is copied from the context counts by its content, and so does what another step has made.</summary>
    [Fact]
    public async Task TheSameAgainIsCachedAndWhatDiffersIsNot()
    {
        _solved.Context.File("c", "content");
        CopyAction copy = new(null, null, "/c", "/c") { TakesContent = true };
        Vertex Chain(FileAction first) => Changed(Empty, first, copy);
        (BuiltTree before, _) = await _solved.SolveAsync(Chain(File("/f")));
        (BuiltTree again, _) = await _solved.SolveAsync(Chain(File("/f")));
        Assert.Equal((before.Name, 1), (again.Name, _solved.Cached.Count));
        foreach (FileAction other in (FileAction[])[File("/f", "x"), File("/f", mode: O700), File("/g"), File("/f") with { Owner = "1" },
            File("/f") with { Time = DateTimeOffset.FromUnixTimeSeconds(9) }, new MakeDirectoryAction("/f", O644, false)])
        {
            await _solved.SolveAsync(Chain(other));
            Assert.Empty(_solved.Cached);
        }
        _solved.Context.File("c", "others");
        await _solved.SolveAsync(Chain(File("/f")));
        Assert.Empty(_solved.Cached);
    }

    [Theory]
    [InlineData("../../etc/passwd"), InlineData("/../../etc/passwd"), InlineData("a/../../b")]
    public async Task NothingLeadsOutOfTheTrees(string path)
    {
        await Assert.ThrowsAsync<GantryException>(() => Lines(Changed(Empty, new CopyAction(null, null, path,
            "/x") { TakesContent = true })));
        // In trees the root is the end of the way up.
        Assert.Equal(ErrorKind.NotFound, (await Assert.ThrowsAsync<GantryException>(() => Lines(Changed(Empty, Copy(Empty, path,
            "/x"))))).Kind);
        FilesVertex link = Changed(Empty, new MakeLinkAction("/../../..", "/up"));
        Assert.Equal(["made 644 0:0 = x", "up -> /../../.. 777 0:0"], await Lines(Changed(link, File("/up/../made", "x"))));
    }
}
