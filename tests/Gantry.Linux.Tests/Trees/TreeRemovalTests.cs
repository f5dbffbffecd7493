using Gantry.Linux.Mounts;
using Gantry.Linux.Trees;
using Xunit;

namespace Gantry.Linux.Tests.Trees;

/// <summary>What containers leave behind, each beyond what the framework's own removal can walk.</summary>
public sealed class TreeRemovalTests : IDisposable
{
    private readonly Scratch _scratch = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _scratch.Dispose();

    [Theory]
    [InlineData("mkdir -p \"$1/$(printf 'd\\377')/$(printf '\\376x')\"; echo a > \"$1/$(printf 'd\\377')/$(printf 'f\\200')\"")]
    [InlineData("mkdir $1; cd $1; n=$(printf '%0250d' 0); for i in $(seq 20); do mkdir $n; cd -P $n 2>/dev/null || break; done")]
    [InlineData("mkdir $1; touch $1/a $1/b; mkdir $1/d; touch $1/d/c; chattr +i $1/a $1/d/c $1/d; chattr +a $1/b $1")]
    [InlineData("mkdir $1; cd $1; seq -f 'a name that is rather long, for the directory to be read in many pieces %g' 5000 | tr '\\n' "
        + "'\\0' | xargs -0 touch")]
    [InlineData("mkdir -p $1/d/e; touch $1/d/e/f; chmod 0 $1/d/e $1/d; mkfifo $1/p; ln -s / $1/l; mknod $1/n c 1 3")]
    [InlineData("echo a > $1")]
    [InlineData(":")]
    public void WhateverIsInItGoes(string make)
    {
        string path = _scratch.At("tree");
        Assert.Equal("", Shell(make, path));
        TreeRemoval.Remove(path, Cancellation);
        Assert.Equal("", Shell("ls -A \"$(dirname $1)\"", path));
    }

    /// <summary>Two who remove the same tree at once both find it gone.</summary>
    [Fact]
    public void ADirectoryThatSomebodyElseRemovedIsEmpty()
    {
        string path = _scratch.At("tree");
        Directory.CreateDirectory(path);
        using DirectoryHandle open = DirectoryHandle.Open(path);
        Directory.Delete(path);
        Assert.Empty(open.Entries());
    }

    /// <summary>Thousands of levels: no path says where that is, and no process may hold so many directories open.</summary>
    [Fact]
    public void ADepthThatNoPathCanSay()
    {
        string path = _scratch.At("tree");
        Directory.CreateDirectory(path);
        DirectoryHandle here = DirectoryHandle.Open(path);
        for (int i = 0; i < 5_000; i++)
        {
            Assert.Equal(0, here.TryMakeDirectory("d"u8, 0x1FF));
            Assert.Equal(0, here.TryOpen("d"u8, out DirectoryHandle? below));
            here.Dispose();
            here = below!;
        }
        here.Dispose();
        TreeRemoval.Remove(path, Cancellation);
        Assert.False(Directory.Exists(path));
    }

    [Fact]
    public void WhatIsMountedInItStaysAndSaysSo()
    {
        string other = _scratch.At("other"), path = _scratch.At("tree");
        Shell("mkdir -p $1/a/m $1/b/c \"$2\"; touch \"$2/precious\" $1/b/c/f $1/file; echo x > $1/a/x", path, other);
        Mount.Bind(other, $"{path}/a/m", recursive: false);
        Mount.Bind($"{other}/precious", $"{path}/file", recursive: false);
        try
        {
            KernelException e = Assert.Throws<KernelException>(() => TreeRemoval.Remove(path, Cancellation));
            Assert.Contains("something is mounted there", e.Message);
            Assert.Contains(path, e.Message);
            Assert.Equal(Errno.EBUSY, e.Errno);
            Assert.True(File.Exists($"{other}/precious"));
            // All the rest is gone.
            Assert.Equal("a\na/m\na/m/precious\nfile\n", Shell("cd $1; find . -mindepth 1 | sed s,^./,, | sort", path));
        }
        finally
        {
            Mount.Unmount($"{path}/a/m");
            Mount.Unmount($"{path}/file");
        }
        TreeRemoval.Remove(path, Cancellation);
        Assert.False(Directory.Exists(path));
        Assert.True(File.Exists($"{other}/precious"));
    }

    private static string Shell(string command, params string[] arguments)
    {
        using System.Diagnostics.Process shell = System.Diagnostics.Process.Start(
            new System.Diagnostics.ProcessStartInfo("/bin/bash", ["-c", command, "bash", .. arguments]) { RedirectStandardOutput = true })!;
        string output = shell.StandardOutput.ReadToEnd();
        shell.WaitForExit();
        return output;
    }
}
