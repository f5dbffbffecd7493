using Gantry.Build.Files;
using Gantry.Linux.Trees;

namespace Gantry.Build.Tests.Files;

public sealed class SelectionDigestTests
{
    private const string Start =
        "mkdir -p d/s; echo 1 > d/a; echo 2 > d/b; ln -s a d/l; mkfifo d/p; mknod d/n c 1 3; chmod 600 d/b; ln d/a d/s/h";

    [Theory]
    [InlineData("touch -d @5 d/a d/s d", true)]
    [InlineData("chown -R 5:6 d", true)]
    [InlineData("chmod 700 d", true)]
    [InlineData("cp d/b d/c; mv d/c d/b", true)]
    [InlineData("mv d e; mkdir d; mv e/s e/p e/n e/l e/b e/a d; rmdir e", true)]
    [InlineData("echo 3 > d/b", false)]
    [InlineData("chmod 4600 d/b", false)]
    [InlineData("chmod 700 d/s", false)]
    [InlineData("ln -sfn b d/l", false)]
    [InlineData("rm d/l; echo a > d/l", false)]
    [InlineData("mv d/b d/c", false)]
    [InlineData("mv d/b d/s/b", false)]
    [InlineData("rm d/p", false)]
    [InlineData("rm d/n; mknod d/n c 1 5", false)]
    [InlineData("rm d/n; mknod d/n b 1 3", false)]
    [InlineData("mkdir d/t", false)]
    [InlineData("cp d/s/h d/s/i; mv d/s/i d/s/h", false)]
    public void ItChangesWithWhatIsCopiedAlone(string change, bool same)
    {
        using TestTree tree = new TestTree().Shell(Start);
        string before = Of(tree, "d");
        tree.Shell(change);
        Assert.Equal(same, before == Of(tree, "d"));
    }

    [Theory]
    [InlineData("chown 5:6 d", true)]
    [InlineData("chmod 700 d", true)]
    [InlineData("chown 5 d/s", false)]
    [InlineData("chown :6 d/b", false)]
    [InlineData("chown -h 5 d/l", false)]
    public void OfWhatKeepsItsOwnersTheyCountButTheTops(string change, bool same)
    {
        using TestTree tree = new TestTree().Shell(Start);
        string before = Owned();
        tree.Shell(change);
        Assert.Equal(same, before == Owned());

        string Owned() => SelectionDigest.OfOwned(
            SourceSelection.Of(new RootTree(tree.Root), ["d"], new SelectionRules(), CancellationToken.None), CancellationToken.None);
    }

    [Theory]
    [InlineData("touch -d @5 d/a d/s d", true)]
    [InlineData("chown -h 5:6 d/a", false)]
    [InlineData("chown -h 0:6 d/l", false)]
    [InlineData("chown 5 d", false)]
    [InlineData("chmod 700 d", false)]
    [InlineData("chown 5 d/s", false)]
    [InlineData("echo 3 > d/b", false)]
    [InlineData("echo 3 > beside", true)]
    public void OfWhatIsMountedOwnersAndTheTopCountToo(string change, bool same)
    {
        using TestTree tree = new TestTree().Shell(Start);
        string before = Mounted();
        tree.Shell(change);
        Assert.Equal(same, before == Mounted());

        string Mounted() => SelectionDigest.OfMounted(SourceSelection.OfPath(new RootTree(tree.Root), "d", CancellationToken.None),
            CancellationToken.None);
    }

    [Fact]
    public void AttributesThatAreCopiedCount()
    {
        using TestTree tree = new TestTree().Shell(Start);
        string before = Of(tree, "d");
        Assert.Equal(0, tree.Root.TryOpen("d"u8, out DirectoryHandle? directory));
        using (directory)
        {
            Assert.Equal(0, directory!.TrySetAttribute("a"u8, "trusted.x"u8, "1"u8));
            Assert.Equal(before, Of(tree, "d"));
            Assert.Equal(0, directory.TrySetAttribute("a"u8, "user.x"u8, "1"u8));
        }
        Assert.NotEqual(before, Of(tree, "d"));
    }

    [Fact]
    public void TheSourcesNameCounts()
    {
        using TestTree tree = new TestTree().File("a", "x").File("b", "x").Shell("mkdir c; cp a c");
        Assert.Equal(4, new[] { Of(tree, "a"), Of(tree, "b"), Of(tree, "c"), Of(tree, "a", "b") }.Distinct().Count());
    }

    [Fact]
    public void KnownFilesAreNotRead()
    {
        using TestTree tree = new TestTree().File("a", "x").File("b", "y");
        string read = Of(tree, ".");
        Known known = new(tree.Root);
        string digest = Of(known, ["."]);
        Assert.Equal((2, false), (known.Asked, read == digest));
    }

    [Fact]
    public void ManyFilesGiveTheSameEveryTime()
    {
        using TestTree tree =
            new TestTree().Shell("for d in 1 2 3 4 5; do mkdir $d; for f in $(seq 200); do echo $d$f > $d/$f; done; done");
        Assert.Single(Enumerable.Range(0, 5).Select(_ => Of(tree, ".")).Distinct());
    }

    private static string Of(TestTree tree, params string[] sources) => Of(new RootTree(tree.Root), sources);

    private static string Of(ISourceTree tree, string[] sources) => SelectionDigest.Of(
        SourceSelection.Of(tree, sources, new SelectionRules(), CancellationToken.None), CancellationToken.None);

    private sealed class Known(DirectoryHandle root) : ISourceTree
    {
        public string? HostPath => null;

        private int _asked;

        public int Asked => _asked;

        public DirectoryHandle Root => root;

        public byte[]? KnownDigest(in FileStatus file)
        {
            Interlocked.Increment(ref _asked);
            return new byte[32];
        }
    }
}
