using Gantry.Linux.Files;

namespace Gantry.Linux.Tests.Files;

public sealed class RootedPathTests : IDisposable
{
    private readonly Scratch _scratch = new();
    private readonly SafeFileDescriptor _root;

    public RootedPathTests()
    {
        Directory.CreateDirectory(_scratch.At("root"));
        File.WriteAllText(_scratch.At("secret"), "outside");
        _root = LinuxFile.OpenDirectory(_scratch.At("root"));
    }

    [Theory]
    [InlineData("../secret")]
    [InlineData("/../../secret")]
    [InlineData("up/secret")]
    [InlineData("absolute")]
    public void NothingLeadsOutOfTheRoot(string path)
    {
        File.CreateSymbolicLink(_scratch.At("root/up"), "..");
        File.CreateSymbolicLink(_scratch.At("root/absolute"), _scratch.At("secret"));
        Assert.Null(RootedPath.OpenIfThere(_root, path, OpenFlags.Path));
    }

    [Fact]
    public void MissingParentsAreMadeInside()
    {
        using SafeFileDescriptor made = RootedPath.OpenOrCreate(_root, "/a/b/c", directory: true);
        Assert.True(Directory.Exists(_scratch.At("root/a/b/c")));
    }

    [Fact]
    public void AFileIsMadeEmpty()
    {
        using SafeFileDescriptor made = RootedPath.OpenOrCreate(_root, "etc/hosts", directory: false);
        Assert.Equal(0, new FileInfo(_scratch.At("root/etc/hosts")).Length);
    }

    [Fact]
    public void ADanglingLinkIsFollowedInsideAndItsTargetMade()
    {
        Directory.CreateDirectory(_scratch.At("root/etc"));
        File.CreateSymbolicLink(_scratch.At("root/etc/resolv.conf"), "../run/resolve/stub.conf");
        using SafeFileDescriptor made = RootedPath.OpenOrCreate(_root, "/etc/resolv.conf", directory: false);
        Assert.True(File.Exists(_scratch.At("root/run/resolve/stub.conf")));
    }

    [Fact]
    public void AnAbsoluteDanglingLinkIsMadeInsideToo()
    {
        File.CreateSymbolicLink(_scratch.At("root/link"), "/made/here");
        using SafeFileDescriptor made = RootedPath.OpenOrCreate(_root, "link", directory: true);
        Assert.True(Directory.Exists(_scratch.At("root/made/here")));
    }

    [Fact]
    public void LinksInACircleAreRefused()
    {
        File.CreateSymbolicLink(_scratch.At("root/a"), "b");
        File.CreateSymbolicLink(_scratch.At("root/b"), "a");
        KernelException error = Assert.Throws<KernelException>(() => RootedPath.OpenOrCreate(_root, "a", directory: true));
        Assert.Equal(Errno.ELOOP, error.Errno);
    }

    public void Dispose()
    {
        _root.Dispose();
        _scratch.Dispose();
    }
}
