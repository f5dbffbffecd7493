using Gantry.Linux;
using Gantry.Linux.Trees;
using Gantry.Storage.Archives;
using Gantry.Storage.Layers;

namespace Gantry.Storage.Tests.Layers;

public sealed class LinkResolutionTests : IDisposable
{
    private readonly TemporaryDirectory _root = new();
    private readonly DirectoryHandle _handle;

    public LinkResolutionTests()
    {
        Shell.Run($"""
            set -e; cd {_root.Path}; mkdir -p a/b c; echo x > a/b/f
            ln -s b a/down; ln -s ../../../c a/b/up; ln -s /a/down/. far; ln -s far/f last; ln -s loop loop; ln -s nowhere/else dangling
            """);
        _handle = DirectoryHandle.Open(_root.Path);
    }

    public void Dispose()
    {
        _handle.Dispose();
        _root.Dispose();
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("/a//b/./f", "a/b/f")]
    [InlineData("a/down/f", "a/b/f")]
    [InlineData("a/down/up/x", "c/x")]
    [InlineData("a/down/../c", "a/c")]
    [InlineData("../../far/up", "c")]
    [InlineData("last", "a/b/f")]
    [InlineData("no/such/../thing/deeper", "no/thing/deeper")]
    [InlineData("no/../far/f", "a/b/f")]
    [InlineData("dangling/x", "nowhere/else/x")]
    [InlineData("a/b/f/x", "a/b/f/x")]
    public void LinksAreFollowedInside(string path, string expected) => Assert.Equal(expected, Resolve(path));

    [Fact]
    public void TheLastIsFollowedWhenThatIsAsked() =>
        Assert.Equal("last", PathBytes.Show(LinkResolution.Resolve(_handle, PathBytes.Of("last"), followLast: false)));

    [Fact]
    public void ALoopIsAnError() => Assert.Equal(Errno.ELOOP, Assert.Throws<KernelException>(() => Resolve("loop/x")).Errno);

    /// <summary>Each link brings two thousand names and the next link: half a million in all.</summary>
    [Fact]
    public void LinksThatMakeAPathEndlessEndIt()
    {
        string there = string.Concat(Enumerable.Repeat("a/../", 790));
        for (int i = 0; i < 250; i++) File.CreateSymbolicLink(_root[$"l{i}"], $"{there}l{i + 1}");
        Assert.Equal(Errno.ENAMETOOLONG, Assert.Throws<KernelException>(() => Resolve("l0")).Errno);
        Assert.Equal("l250/x", Resolve("l240/x"));
    }

    /// <summary>Of names that do not exist a link can make any number.</summary>
    [Fact]
    public void APathThatIsDeeperThanAnyTreeIsRefused()
    {
        string there = string.Concat(Enumerable.Repeat("n/", 2000));
        File.CreateSymbolicLink(_root["deep"], there);
        Assert.Equal(2000, Resolve("deep").Split('/').Length);
        Assert.Equal(Errno.ENAMETOOLONG, Assert.Throws<KernelException>(() => Resolve($"deep/{there}")).Errno);
    }

    private string Resolve(string path) => PathBytes.Show(LinkResolution.Resolve(_handle, PathBytes.Of(path), followLast: true));
}
