using Gantry.Build.Files;
using Gantry.Linux.Mounts;
using Gantry.Linux.Trees;
using Gantry.Storage.Snapshots;

namespace Gantry.Build.Tests.Files;

/// <summary>The expectations were asked of dockerd's BuildKit, but for times, and for devices and FIFOs, which it drops from contexts.
/// </summary>
public sealed class SelectionCopyTests : IDisposable
{
    private const string Old = "2001-02-03T04:05:06", Before = "1999-01-01T00:00:00";

    private readonly TestTree _from = new TestTree().Shell("""
        mkdir -p dir/sub dir/empty over over2/d
        echo 1 > a.txt; echo 2 > b.go; echo 3 > c.go; echo x > dir/f; echo y > dir/sub/g; echo file > over/d
        chmod 750 dir; chmod 700 dir/sub; chmod 600 b.go; chmod 4755 c.go
        ln -s ../a.txt dir/link; ln -s a.txt filelink; ln a.txt hard.txt; mkfifo dir/fifo; mknod dir/null c 1 3
        chown 1000:1000 a.txt dir/f dir; touch -h -d '2001-02-03 04:05:06 UTC' $(find .)
        """);
    private readonly TestTree _to = new TestTree().Shell("""
        mkdir -p old/sub; chmod 711 old; chmod 701 old/sub; chown 9:9 old old/sub; echo old > oldfile
        ln -s oldfile oldlink; ln -s old dirlink
        ln -s nowhere/x dang; ln -s /../../../../../../tmp out
        touch -h -d '1999-01-01 00:00:00 UTC' $(find .)
        """);

    public void Dispose()
    {
        _from.Dispose();
        _to.Dispose();
    }

    [Theory]
    [InlineData("a.txt", "/x", "x 644 0:0")]
    [InlineData("a.txt", "/x/", "x/ 755 0:0|x/a.txt 644 0:0")]
    [InlineData("a.txt", "/d1/d2/x", "d1/ 755 0:0|d1/d2/ 755 0:0|d1/d2/x 644 0:0")]
    [InlineData("a.txt", "/old", "old/a.txt 644 0:0")]
    [InlineData("a.txt", "/dirlink", "old/a.txt 644 0:0")]
    [InlineData("a.txt", "/dang", "nowhere/ 755 0:0|nowhere/x 644 0:0")]
    [InlineData("filelink", "/x/", "x/ 755 0:0|x/filelink 644 0:0")]
    [InlineData("*.go", "/x/", "x/ 755 0:0|x/b.go 600 0:0|x/c.go 4755 0:0")]
    [InlineData("dir", "/x", "x/ 755 0:0|x/empty/ 755 0:0|x/f 644 0:0|x/fifo Fifo 644 0:0|x/link -> ../a.txt 777 0:0"
        + "|x/null CharacterDevice 644 0:0|x/sub/ 700 0:0|x/sub/g 600 0:0")]
    [InlineData("nothing*", "/x/", "")]
    [InlineData("over2", "/x", "x/ 755 0:0|x/d/ 755 0:0")]
    [InlineData("a.txt", "/out/gantry-never", "tmp/ 755 0:0|tmp/gantry-never 644 0:0")]
    public void FilesComeAsRootsWithTheirModes(string source, string destination, string expected)
    {
        _from.Shell("chmod 600 dir/sub/g");
        HashSet<string> before = [.. _to.List()];
        Copy([source], new CopyOptions { Destination = destination, IsDirectory = destination.EndsWith('/') });
        Assert.Equal(expected, string.Join('|', _to.List().Where(line => !before.Contains(line))));
        Assert.Superset(before, new HashSet<string>(_to.List()));
    }

    [Fact]
    public void WhatComesFromAnotherImageBelongsToWhomItBelongedThere()
    {
        HashSet<string> before = [.. _to.List()];
        _from.Shell("rm dir/fifo dir/null; chown -h 3:4 dir/link; chown 5:6 dir/sub; chown 7:8 c.go; chmod 4755 c.go");
        Copy(["dir"], new CopyOptions { Destination = "/x/y", KeepsOwners = true });
        Copy(["c.go"], new CopyOptions { Destination = "/x/", IsDirectory = true, KeepsOwners = true });
        Copy(["c.go"], new CopyOptions { Destination = "/z", KeepsOwners = true, Owner = (1, 2) });
        Assert.Equal("x/ 755 0:0|x/c.go 4755 7:8|x/y/ 755 0:0|x/y/empty/ 755 0:0|x/y/f 644 1000:1000|x/y/link -> ../a.txt 777 3:4"
            + "|x/y/sub/ 700 5:6|x/y/sub/g 644 0:0|z 4755 1:2", string.Join('|', _to.List().Where(line => !before.Contains(line))));
    }

    [Fact]
    public void AFileIsReplacedAndALinkAtTheDestinationFollowed()
    {
        Copy(["a.txt"], new CopyOptions { Destination = "/oldlink" });
        Assert.Equal("1\n", _to.Read("oldfile"));
        Assert.Contains("oldlink -> oldfile 777 0:0", _to.List());
    }

    [Fact]
    public void ALinkInAnExistingDirectoryIsReplaced()
    {
        _to.Shell("ln -s ../oldfile old/a.txt");
        Copy(["a.txt"], new CopyOptions { Destination = "/old/", IsDirectory = true });
        Assert.Equal("old\n", _to.Read("oldfile"));
        Assert.Contains("old/a.txt 644 0:0", _to.List());
    }

    [Fact]
    public void AnExistingDestinationStaysAsItIsAndOnesBelowTakeTheSources()
    {
        Copy(["dir"], new CopyOptions { Destination = "/old" });
        string[] lines = _to.List(times: true);
        Assert.Contains($"old/ 711 9:9 {Before}", lines);
        Assert.Contains($"old/sub/ 700 0:0 {Old}", lines);
        Assert.Contains($"old/f 644 0:0 {Old}", lines);
        Assert.Contains($"old/link -> ../a.txt 777 0:0 {Old}", lines);
    }

    [Fact]
    public void TimesDependOnTheSourcesAlone()
    {
        Copy(["a.txt", "dir"], new CopyOptions { Destination = "/new/x/", IsDirectory = true });
        Assert.Contains($"new/ 755 0:0 {Old}", _to.List(times: true));
        Assert.Contains($"new/x/ 755 0:0 {Old}", _to.List(times: true));
        Copy(["a.txt"], new CopyOptions { Destination = "/epoch/x", MadeTime = new FileTime(7, 0) });
        Assert.Contains("epoch/ 755 0:0 1970-01-01T00:00:07", _to.List(times: true));
        Assert.Equal(0, _to.Root.TryStatus([], out FileStatus root));
        Assert.Equal(915148800, root.Modified.Seconds);
    }

    [Theory]
    [InlineData("dir", "/oldfile", "cannot copy to non-directory: /oldfile")]
    [InlineData("over2", "/w", "cannot copy to non-directory: /w/d")]
    [InlineData("over", "/v", "cannot replace to directory /v/d with file")]
    [InlineData("a.txt", "/oldfile/x", "mkdir /oldfile: Not a directory")]
    [InlineData("a.txt", "/oldfile/", "mkdir /oldfile: Not a directory")]
    public void WhatIsInTheWayIsNamed(string source, string destination, string message)
    {
        _to.Shell("mkdir -p w v/d/full; ln -s ../old w/d");
        GantryException refused = Assert.Throws<GantryException>(
            () => Copy([source], new CopyOptions { Destination = destination, IsDirectory = destination.EndsWith('/') }));
        Assert.StartsWith(message, refused.Message, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void OwnerAndModeAreGivenToAllThatIsMade()
    {
        Copy(["dir"], new CopyOptions { Destination = "/a/b", Owner = (5, 6), Mode = ModeChange.Parse("u=rwX,go=") });
        string[] lines = _to.List();
        Assert.Contains("a/ 755 5:6", lines);
        Assert.Contains("a/b/ 755 5:6", lines);
        Assert.Contains("a/b/sub/ 700 5:6", lines);
        Assert.Contains("a/b/f 600 5:6", lines);
        Assert.Contains("a/b/link -> ../a.txt 777 5:6", lines);
    }

    [Fact]
    public void NamesOfOneFileStayThose()
    {
        _from.Shell("mkdir h; echo q > h/1; ln h/1 h/2; mkdir h/s; ln h/1 h/s/3");
        Copy(["h"], new CopyOptions { Destination = "/x" });
        Assert.Equal(0, _to.Root.TryOpen("x"u8, out DirectoryHandle? made));
        using (made)
        {
            Assert.Equal(0, made!.TryStatus("1"u8, out FileStatus status));
            Assert.Equal(3u, status.Links);
        }
    }

    [Fact]
    public void ManyDirectoriesComeWithAllThatIsInThem()
    {
        _from.Shell("""
            mkdir m
            for d in $(seq 40); do
                mkdir -p m/$d/s; for f in 1 2 3 4; do echo $d $f > m/$d/$f; echo $f $d > m/$d/s/$f; done
                chmod 666 m/$d/1; chmod 4777 m/$d/s/1; chmod 2711 m/$d/s; chown 7:8 m/$d/2; ln m/$d/3 m/$d/s/three; ln -s 1 m/$d/link
            done
            ln m/40/4 m/1/four; touch -h -d '2001-02-03 04:05:06 UTC' $(find m)
            """);
        Copy(["m"], new CopyOptions { Destination = "/m", KeepsOwners = true });
        Assert.Equal(In(_from), In(_to));
        _from.Shell($"diff -r m '{_to["m"]}'");
        Assert.Equal(0, _to.Root.TryOpen("m"u8, out DirectoryHandle? made));
        using (made)
        {
            Assert.Equal(0, made!.TryOpen("1"u8, out DirectoryHandle? first));
            using (first) Assert.Equal(0, first!.TryStatus("four"u8, out FileStatus status) + (status.Links == 2 ? 0 : 1));
        }

        static string[] In(TestTree tree) => [.. tree.List(times: true).Where(line => line.StartsWith("m/", StringComparison.Ordinal))];
    }

    [Fact]
    public void OneOfManyThatIsInTheWayIsNamedAlone()
    {
        _from.Shell("for d in $(seq 40); do mkdir -p m/$d; echo > m/$d/f; done");
        _to.Shell("mkdir -p m/20/f/full");
        GantryException refused = Assert.Throws<GantryException>(() => Copy(["m"], new CopyOptions { Destination = "/m" }));
        Assert.Equal("cannot replace to directory /m/20/f with file", refused.Message);
    }

    [Fact]
    public void WhatADirectoryGivesToNewFilesIsNotGivenToCopies()
    {
        // Version 2; owner, user 1000, group, mask, others: kind, permissions, identifier of each.
        byte[] list = [2, 0, 0, 0, .. Entry(1, 7), .. Entry(2, 7, 1000), .. Entry(4, 5), .. Entry(16, 7), .. Entry(32, 5)];
        _from.Shell("mkdir over2/d/below; echo > over2/d/f");
        Assert.Equal(0, _from.Root.TryOpen("over2"u8, out DirectoryHandle? source));
        using (source) Assert.Equal(0, source!.TrySetAttribute("d"u8, "system.posix_acl_default"u8, list));
        Copy(["over2"], new CopyOptions { Destination = "/x" });
        Assert.Equal(0, _to.Root.TryOpenInRoot("x/d"u8, out DirectoryHandle? copy));
        using (copy)
        {
            Assert.Equal(list, Assert.Single(copy!.Attributes([])).Value);
            Assert.Empty(copy.Attributes("below"u8));
            Assert.Empty(copy.Attributes("f"u8));
        }

        static byte[] Entry(byte kind, byte permissions, int of = -1) => [kind, 0, permissions, 0, .. BitConverter.GetBytes(of)];
    }

    /// <summary>A directory that is there makes new files its group's; copies belong to whom they shall all the same.</summary>
    [Fact]
    public void WhatADirectoryMakesOfNewFilesIsPutRight()
    {
        _from.Shell("mkdir s; for f in 1 2 3 4; do echo $f > s/$f; done; chmod 600 s/2; chmod 2755 s/3; chmod 600 s/4");
        _to.Shell("mkdir d; chgrp 9 d; chmod 2777 d");
        Copy(["s"], new CopyOptions { Destination = "/d" });
        Assert.Equal(["d/1 644 0:0", "d/2 600 0:0", "d/3 2755 0:0", "d/4 600 0:0"],
            _to.List().Where(line => line.StartsWith("d/", StringComparison.Ordinal) && line[2] != ' '));
    }

    [Fact]
    public void HolesStayHoles()
    {
        _from.Shell("truncate -s 64M big; printf end >> big");
        Copy(["big"], new CopyOptions { Destination = "/big" });
        Assert.Equal(0, _to.Root.TryStatus("big"u8, out FileStatus status));
        Assert.Equal((64 << 20) + 3, status.Size);
        Assert.InRange(status.Blocks, 0, 64);
    }

    [Fact]
    public void AttributesOfFilesComeAlongAndThoseOfTheHostDoNot()
    {
        // Version 2, cap_net_raw effective and permitted.
        byte[] capability = [1, 0, 0, 2, 0, 32, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        Assert.Equal(0, _from.Root.TrySetAttribute("a.txt"u8, "security.capability"u8, capability));
        Assert.Equal(0, _from.Root.TrySetAttribute("a.txt"u8, "trusted.overlay.x"u8, "y"u8));
        Copy(["a.txt"], new CopyOptions { Destination = "/x", Owner = (3, 3) });
        KeyValuePair<byte[], byte[]> only = Assert.Single(_to.Root.Attributes("x"u8));
        Assert.Equal("security.capability", PathBytes.Show(only.Key));
        Assert.Equal(capability, only.Value);
    }

    [Theory]
    [InlineData("tar cf")]
    [InlineData("tar czf")]
    [InlineData("tar cjf")]
    [InlineData("tar cJf")]
    [InlineData("tar --zstd -cf")]
    public void AddUnpacksArchivesWithTheirOwners(string pack)
    {
        _from.Shell($"mkdir -p in/d; echo q > in/d/q; echo w > in/.wh.d; chown -R 12:34 in; chmod 700 in; {pack} ar -C in .");
        Copy(["ar", "a.txt"], new CopyOptions { Destination = "/old/un/", IsDirectory = true, Unpack = true, Owner = (1, 1) });
        string[] lines = _to.List();
        Assert.Contains("old/un/ 755 1:1", lines);
        Assert.Contains("old/un/d/ 755 12:34", lines);
        Assert.Contains("old/un/d/q 644 12:34", lines);
        Assert.Contains("old/un/.wh.d 644 12:34", lines);
        Assert.Contains("old/un/a.txt 644 1:1", lines);
    }

    [Fact]
    public void WhatIsNoArchiveIsAdded()
    {
        _from.Shell(": > empty.tar; head -c 2048 /dev/zero > zeros.tar; gzip < b.go > a.txt.gz; head -c 3000 /dev/urandom > random.tgz");
        Copy(["empty.tar", "zeros.tar", "a.txt.gz", "random.tgz"],
            new CopyOptions { Destination = "/un/", IsDirectory = true, Unpack = true });
        Assert.Equal(4, _to.List().Count(line => line.StartsWith("un/", StringComparison.Ordinal)) - 1);
    }

    [Fact]
    public void AnArchiveStaysInsideTheRoot()
    {
        _from.Shell("mkdir e; ln -s / e/l; tar cf evil e/l; rm e/l; mkdir e/l; echo q > e/l/gantry-never; tar rf evil e/l/gantry-never");
        Copy(["evil"], new CopyOptions { Destination = "/un/", IsDirectory = true, Unpack = true });
        Assert.False(File.Exists("/gantry-never"));
        Assert.Contains("gantry-never 644 0:0", _to.List());
    }

    /// <summary>Files of a directory that comes into being are made in the layer that it lies in.</summary>
    [Fact]
    public void InAnOverlayItIsTheSame()
    {
        using TestTree place = new TestTree().Shell("mkdir lower upper work");
        string[] expected = Copied(_to.Root, null);
        RootMount overlay = new()
        {
            Type = RootMount.Overlay, Lower = [place["lower"]], Upper = place["upper"], Work = place["work"],
            Options = ["redirect_dir=off", "metacopy=off", "index=off"],
        };
        using MountedTree mounted = MountedTree.Of(overlay.Volatile().Open());
        using DirectoryHandle own = DirectoryHandle.Open(place["upper"]);
        Assert.Equal(expected, Copied(mounted.Root, own));
        Assert.Equal("y\n", File.ReadAllText(place["upper/x/sub/g"]));
        // And with the overlay put together anew.
        using MountedTree again = MountedTree.Open(overlay);
        Assert.Equal(expected, Of(again.Root));
    }

    /// <summary>Into a directory that is new, then into the same again, with another owner, and with a file in place of one.</summary>
    private string[] Copied(DirectoryHandle root, DirectoryHandle? own)
    {
        CopyOptions options = new() { Destination = "/x", Own = own };
        Copy(["dir"], options, root);
        _from.Shell("echo changed > dir/sub/g; touch -d '2001-02-03 04:05:06 UTC' dir/sub/g dir/sub");
        Copy(["dir"], options with { Owner = (1, 2) }, root);
        _from.Shell("echo y > dir/sub/g; touch -d '2001-02-03 04:05:06 UTC' dir/sub/g dir/sub");
        Copy(["dir/sub"], options with { Destination = "/x/sub" }, root);
        return Of(root);
    }

    private static string[] Of(DirectoryHandle root) =>
        [.. TestTree.ListOf(root, times: true).Where(line => line.StartsWith("x/", StringComparison.Ordinal))];

    private void Copy(string[] sources, CopyOptions options) => Copy(sources, options, _to.Root);

    private void Copy(string[] sources, CopyOptions options, DirectoryHandle root) => SelectionCopy.Run(
        SourceSelection.Of(new RootTree(_from.Root), sources, new SelectionRules(), CancellationToken.None), root, options,
        CancellationToken.None);
}
