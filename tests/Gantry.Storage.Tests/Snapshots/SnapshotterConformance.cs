using Gantry.Linux;
using Gantry.Linux.Files;
using Gantry.Linux.Mounts;
using Gantry.Linux.Trees;
using Gantry.Oci.Image;
using Gantry.Storage.Archives;
using Gantry.Storage.Snapshots;

namespace Gantry.Storage.Tests.Snapshots;

/// <summary>What every snapshot driver promises. Each driver runs all of it;
/// what a container would see is looked at through a real mount where one is needed.</summary>
/// <param name="place">Where the data is; null for the temporary directory.</param>
public abstract partial class SnapshotterConformance(string? place = null) : IDisposable
{
    private readonly List<string> _mounts = [];
    private DirectorySnapshotter? _snapshotter;

    private protected TemporaryDirectory Data { get; } = new(place);

    protected abstract DirectorySnapshotter Open(string root);

    private protected DirectorySnapshotter Snapshotter => _snapshotter ??= Open(Data.Path);

    public void Dispose()
    {
        foreach (string mount in _mounts) Shell.Run($"umount {mount}");
        _snapshotter?.Dispose();
        Data.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public void FilesComeOutAsTheyWentIn()
    {
        FileTime time = new(1234567890, 123456789);
        byte[] capability = [1, 0, 0, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        string root = View(Layers(new Tar().Directory("d", 0x3FF, 7, 8, time).File("d/suid", "content", 0x9ED, 1000, 2000, time)
            .File("d/ping", "x", 0x1ED, attributes: ("security.capability", capability))
            .File("d/user", "x", attributes: ("user.note", [0, 255, 10])).HardLink("d/hard", "d/suid").Link("d/link", "/etc/../passwd")
            .Fifo("d/fifo").Device("d/null", TarEntryType.CharacterDevice, 1, 3)
            .Device("d/big", TarEntryType.BlockDevice, 259, 70000)));
        Assert.Equal("content", File.ReadAllText(root + "/d/suid"));
        Assert.Equal("4755 1000 2000 1234567890 2", Stat(root, "d/suid", "%a %u %g %Y %h"));
        Assert.Contains(".123456789", Shell.Run($"stat -c %y {root}/d/suid"));
        Assert.Equal("1777 7 8 1234567890", Stat(root, "d", "%a %u %g %Y"));
        Assert.Equal(Stat(root, "d/suid", "%i"), Stat(root, "d/hard", "%i"));
        Assert.Equal("/etc/../passwd", new FileInfo(root + "/d/link").LinkTarget);
        Assert.Equal("fifo", Stat(root, "d/fifo", "%F"));
        Assert.Equal("character special file 1 3", Stat(root, "d/null", "%F %Hr %Lr"));
        Assert.Equal("block special file 259 70000", Stat(root, "d/big", "%F %Hr %Lr"));
        Assert.Equal(capability, Attribute(root + "/d", "ping", "security.capability"));
        Assert.Equal([0, 255, 10], Attribute(root + "/d", "user", "user.note"));
    }

    [Fact]
    public void HigherLayersWin()
    {
        string root = View(Layers(new Tar().File("a", "old").File("b", "kept").Directory("d").File("d/x", "1"),
            new Tar().File("a", "new").Directory("d").File("d/y", "2")));
        Assert.Equal("new", File.ReadAllText(root + "/a"));
        Assert.Equal("kept", File.ReadAllText(root + "/b"));
        Assert.Equal(["x", "y"], Names(root + "/d"));
    }

    [Fact]
    public void WhiteoutsRemoveWhatIsBelow()
    {
        string root = View(Layers(new Tar().File("gone", "1").File("stays", "1").Directory("dir").File("dir/f", "1").Link("link", "stays"),
            new Tar().File(".wh.gone").File(".wh.dir").File(".wh.link").File(".wh.never-was")));
        Assert.Equal(["stays"], Names(root));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void AnOpaqueDirectoryHidesAllBelowAndNothingOfItsLayer(bool markerFirst)
    {
        Tar top = new Tar().Directory("d");
        if (markerFirst) top.File("d/.wh..wh..opq");
        top.File("d/new", "2").Directory("d/sub").File("d/sub/new", "2");
        if (!markerFirst) top.File("d/.wh..wh..opq");
        string root = View(Layers(new Tar().Directory("d").File("d/old", "1").Directory("d/sub").File("d/sub/old", "1"), top));
        Assert.Equal(["new", "sub"], Names(root + "/d"));
        Assert.Equal(["new"], Names(root + "/d/sub"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void ARemovedDirectoryThatTheLayerMakesAnewIsEmptyBelow(bool whiteoutFirst)
    {
        Tar top = new();
        if (whiteoutFirst) top.File(".wh.d");
        top.Directory("d").File("d/new", "2");
        if (!whiteoutFirst) top.File(".wh.d");
        string root = View(Layers(new Tar().Directory("d").File("d/old", "1"), top));
        Assert.Equal(["new"], Names(root + "/d"));
    }

    [Fact]
    public void AFileCanReplaceADirectoryAndTheOtherWayRound()
    {
        string root = View(Layers(new Tar().Directory("d").File("d/x", "1").File("f", "1"),
            new Tar().File("d", "now a file").Directory("f").File("f/x", "2")));
        Assert.Equal("now a file", File.ReadAllText(root + "/d"));
        Assert.Equal("2", File.ReadAllText(root + "/f/x"));
    }

    [Fact]
    public void LaterEntriesOfALayerReplaceEarlierOnes()
    {
        string root = View(Layers(new Tar().File("a", "1").File("a", "2").Directory("d", 0x1C0).File("d/x", "1").Directory("d", 0x1ED)
            .Link("l", "a").File("l", "file").File("e", "1").Directory("e").File("e/x", "1")));
        Assert.Equal("2", File.ReadAllText(root + "/a"));
        Assert.Equal("755", Stat(root, "d", "%a"));
        Assert.Equal(["x"], Names(root + "/d"));
        Assert.Equal("file", File.ReadAllText(root + "/l"));
        Assert.Equal("2", File.ReadAllText(root + "/a"));
        Assert.Equal("1", File.ReadAllText(root + "/e/x"));
    }

    [Fact]
    public void ParentsThatTheArchiveLeftOutAreMade()
    {
        string root = View(Layers(new Tar().File("a/b/c/d", "1")));
        Assert.Equal("755 0 0", Stat(root, "a/b/c", "%a %u %g"));
    }

    [Fact]
    public void TheRootHasTheModeOfTheTopmostLayerThatSaysSo()
    {
        string root =
            View(Layers(new Tar().Directory("./", 0x1C0, 5, 6), new Tar().Directory("./", 0x1F8, 7, 8).File("./x"), new Tar().File("y")));
        Assert.Equal("770 7 8", Stat(root, ".", "%a %u %g"));
    }

    [Fact]
    public void ContainersWriteApart()
    {
        IReadOnlyList<string> chain = Layers(new Tar().File("f", "image"));
        string first = View(chain, "one"), second = View(chain, "two");
        File.WriteAllText(first + "/f", "one");
        File.WriteAllText(first + "/g", "12345");
        Assert.Equal("image", File.ReadAllText(second + "/f"));
        Assert.False(File.Exists(second + "/g"));
        Assert.Equal(["one", "two"], Snapshotter.Keys.Order());
        Assert.True(Snapshotter.Usage("one") >= 3);
        Assert.Equal(0, Snapshotter.Usage("two"));
    }

    [Fact]
    public void AnEmptyImageHasAnEmptyRoot()
    {
        string root = View([]);
        Assert.Empty(Names(root));
        File.WriteAllText(root + "/x", "1");
    }

    [Fact]
    public void AKeyIsPreparedOnceAndRemovedAtOnce()
    {
        IReadOnlyList<string> chain = Layers(new Tar().File("f", "1"));
        Snapshotter.Prepare("key", chain);
        Assert.Equal(ErrorKind.Conflict, Assert.Throws<GantryException>(() => Snapshotter.Prepare("key", chain)).Kind);
        Snapshotter.Remove("key");
        Snapshotter.Remove("key");
        Assert.Equal(ErrorKind.NotFound, Assert.Throws<GantryException>(() => Snapshotter.Mount("key")).Kind);
        Snapshotter.Prepare("key", chain);
        Assert.Equal(ErrorKind.NotFound,
            Assert.Throws<GantryException>(() => Snapshotter.Prepare("other", ["sha256:" + new string('0', 64)])).Kind);
        Assert.Throws<GantryException>(() => Snapshotter.Prepare("../x", chain));
        Assert.Throws<GantryException>(() => Snapshotter.Prepare("tmp-x", chain));
    }

    [Fact]
    public void LayersStayWhileSomethingRestsOnThem()
    {
        IReadOnlyList<string> chain = Layers(new Tar().File("a", "1"), new Tar().File("b", "2"));
        Snapshotter.Prepare("key", chain);
        Assert.Null(Snapshotter.RemoveLayer(chain[1]));
        Assert.Null(Snapshotter.RemoveLayer(chain[0]));
        Snapshotter.Remove("key");
        Assert.Null(Snapshotter.RemoveLayer(chain[0]));
        Assert.NotNull(Snapshotter.RemoveLayer(chain[1]));
        Assert.NotNull(Snapshotter.RemoveLayer(chain[0]));
        Assert.Null(Snapshotter.RemoveLayer(chain[0]));
        AssertEmptySoon();
    }

    [Fact]
    public void EverythingIsThereAgainAfterARestart()
    {
        IReadOnlyList<string> chain = Layers(new Tar().File("a", "1"), new Tar().File("b", "2"));
        Snapshotter.Prepare("key", chain);
        RootMount before = Snapshotter.Mount("key");
        Reopen();
        Assert.Equal(before.Lower, Snapshotter.Mount("key").Lower);
        Assert.Equal(2, Snapshotter.Layers.Count);
        Assert.Null(Snapshotter.RemoveLayer(chain[1]));
        Assert.Equal(1, Snapshotter.Layer(chain[0])!.Size);
    }

    [Fact]
    public void WhatACrashLeftIsRemovedAtTheNextStart()
    {
        Layers(new Tar().File("a", "1"));
        string root = Directory.GetDirectories(Data.Path).Single();
        Directory.CreateDirectory(root + "/tmp-0123456789abcdef/diff/deep/er");
        File.WriteAllText(root + "/tmp-0123456789abcdef/diff/deep/er/f", "x");
        Directory.CreateDirectory(root + "/rm-0123456789abcdef/diff");
        Reopen();
        Until(() => Directory.GetDirectories(root).Length == 1);
        Assert.Single(Snapshotter.Layers);
    }

    [Fact]
    public void AFailedUnpackLeavesNothing()
    {
        using (ILayerUnpack unpack = Snapshotter.Unpack(null))
            Assert.Throws<GantryException>(
                () => unpack.Apply(new MemoryStream(new Tar().File("a", new string('x', 5000)).Bytes()[..3000]), default));
        AssertEmptySoon();
    }

    [Fact]
    public void AnotherArchiveThanPromisedIsNotCommitted()
    {
        using (ILayerUnpack unpack = Snapshotter.Unpack(null))
        {
            unpack.Apply(new Tar().File("a", "1").Stream(), default);
            Assert.Contains("does not match its diff ID",
                Assert.Throws<GantryException>(
                    () => unpack.Commit("sha256:" + new string('1', 64), "sha256:" + new string('1', 64))).Message);
        }
        AssertEmptySoon();
    }

    [Fact]
    public void NamesAndPathsAreAsLongAsTheKernelTakes()
    {
        string name = new('n', 255), deep = string.Join('/', Enumerable.Repeat(new string('d', 200), 19));
        string root = View(Layers(new Tar().File(name, "1").File($"{deep}/f", "deep")));
        Assert.Equal("1", File.ReadAllText($"{root}/{name}"));
        Assert.Equal("deep", Shell.Run($"cd {root} && cat {deep}/f"));
    }

    [Fact]
    public void HolesStayHoles()
    {
        IReadOnlyList<string> chain = Layers(new Tar().File("full", new string('x', 8192)));
        string root = View(chain);
        Shell.Run($"truncate -s 64M {root}/sparse && printf end >> {root}/sparse");
        Assert.Equal(64 << 20 | 3, new FileInfo(root + "/sparse").Length);
        Assert.True(long.Parse(Stat(root, "sparse", "%b")) < 64, "the hole takes no space");
    }

    [Fact]
    public void AHundredAndTwentyEightLayersMakeOneRoot()
    {
        string root = View(Layers([.. Enumerable.Range(0, 128).Select(i => new Tar().File($"f{i}", $"{i}").File("last", $"{i}"))]));
        Assert.Equal("127", File.ReadAllText(root + "/last"));
        Assert.Equal("0", File.ReadAllText(root + "/f0"));
        Assert.Equal(129, Names(root).Count());
    }

    [Fact]
    public void WhatAContainerRemovesOrReplacesIsGoneForItAlone()
    {
        IReadOnlyList<string> chain = Layers(new Tar().Directory("d").File("d/a", "1").File("d/b", "1").File("e/x", "1"));
        string first = View(chain, "one"), second = View(chain, "two");
        File.Delete(first + "/d/a");
        Directory.Delete(first + "/e", recursive: true);
        Directory.CreateDirectory(first + "/e");
        Shell.Run($"mkdir {first}/n && mv {first}/d/b {first}/n/b && ln {first}/n/b {first}/n/c && setfattr -n user.note -v x {first}/n/b "
            + $"2>/dev/null || true");
        Assert.Empty(Names(first + "/e"));
        Assert.Empty(Names(first + "/d"));
        Assert.Equal("2", Stat(first, "n/c", "%h"));
        Assert.Equal(["a", "b"], Names(second + "/d"));
        Assert.Equal(["x"], Names(second + "/e"));
    }

    [Fact]
    public void TwoCanUnpackTheSameLayer()
    {
        byte[] layer = new Tar().File("a", "1").Bytes();
        string id = Digest.Of(layer);
        ISnapshotter snapshotter = Snapshotter;
        Parallel.For(0, 4, _ =>
        {
            using ILayerUnpack unpack = snapshotter.Unpack(null);
            unpack.Apply(new MemoryStream(layer), default);
            unpack.Commit(id, id);
        });
        Assert.Single(Snapshotter.Layers);
        Assert.NotNull(Snapshotter.RemoveLayer(id));
        AssertEmptySoon();
    }

    /// <returns>Chain IDs, bottom first.</returns>
    private protected IReadOnlyList<string> Layers(params Tar[] archives)
    {
        byte[][] bytes = [.. archives.Select(archive => archive.Bytes())];
        string[] diffIds = [.. bytes.Select(layer => Digest.Of(layer))];
        IReadOnlyList<string> chain = Digest.ChainIds(diffIds);
        for (int i = 0; i < bytes.Length; i++)
        {
            using ILayerUnpack unpack = Snapshotter.Unpack(i > 0 ? chain[i - 1] : null);
            unpack.Apply(new MemoryStream(bytes[i]), default);
            unpack.Commit(chain[i], diffIds[i]);
        }
        return chain;
    }

    /// <summary>The root as a container would see it.</summary>
    private protected string View(IReadOnlyList<string> chain, string key = "container")
    {
        Snapshotter.Prepare(key, chain);
        RootMount root = Snapshotter.Mount(key);
        if (root.Type == RootMount.Bind) return root.Source!;
        string target = Data["view-" + key];
        Directory.CreateDirectory(target);
        using SafeFileDescriptor mount = root.Open(), directory = LinuxFile.OpenDirectory(target);
        DetachedMount.Attach(mount, directory, target);
        _mounts.Add(target);
        return target;
    }

    private void Reopen()
    {
        _snapshotter?.Dispose();
        _snapshotter = Open(Data.Path);
    }

    private void AssertEmptySoon()
    {
        string root = Directory.GetDirectories(Data.Path).Single();
        Until(() => Directory.GetFileSystemEntries(root).Length == 0);
    }

    private static void Until(Func<bool> condition) => Assert.True(SpinWait.SpinUntil(condition, TimeSpan.FromSeconds(30)));

    private static string Stat(string root, string path, string format) => Shell.Run($"stat -c '{format}' {root}/{path}").Trim();

    private static byte[] Attribute(string directory, string name, string attribute)
    {
        using DirectoryHandle handle = DirectoryHandle.Open(directory);
        return handle.Attributes(PathBytes.Of(name)).Single(pair => PathBytes.Show(pair.Key) == attribute).Value;
    }

    private static IEnumerable<string> Names(string path) => Directory.GetFileSystemEntries(path).Select(Path.GetFileName).Order()!;
}

public sealed class OverlayConformance : SnapshotterConformance
{
    protected override DirectorySnapshotter Open(string root) => new OverlaySnapshotter(root);
}

public sealed class FuseOverlayConformance : SnapshotterConformance
{
    public FuseOverlayConformance()
    {
        string? refusal = OverlaySupport.FuseRefusal(Data.Path);
        Assert.SkipWhen(refusal is not null, refusal ?? "");
    }

    protected override DirectorySnapshotter Open(string root) => new OverlaySnapshotter(root, OverlaySnapshotter.Fuse);
}

public sealed class VfsConformance : SnapshotterConformance
{
    protected override DirectorySnapshotter Open(string root) => new VfsSnapshotter(root);
}

public sealed class BtrfsConformance : SnapshotterConformance, IClassFixture<BtrfsVolume>
{
    public BtrfsConformance(BtrfsVolume volume) : base(volume.Path) => Assert.SkipWhen(volume.Missing is not null, volume.Missing ?? "");

    protected override DirectorySnapshotter Open(string root) => new BtrfsSnapshotter(root);

    [Fact]
    public void LayersShareTheirSpace()
    {
        IReadOnlyList<string> chain = Layers(new Tar().File("big", new string('x', 20 << 20)), new Tar().File("a", "1"));
        // More than the file system would hold of copies.
        foreach (int i in Enumerable.Range(0, 40)) Snapshotter.Prepare($"c{i}", chain);
        Assert.Null(BtrfsSnapshotter.Refusal(Data.Path));
        Assert.NotNull(BtrfsSnapshotter.Refusal("/proc"));
    }

    [Fact]
    public void SubvolumesThatAContainerMakesGoWithIt()
    {
        Snapshotter.Prepare("one", Layers(new Tar().File("a", "1")));
        Subvolume.Create(Snapshotter.Mount("one").Source! + "/own");
        File.WriteAllText(Snapshotter.Mount("one").Source! + "/own/f", "1");
        Snapshotter.Remove("one");
        Assert.True(
            SpinWait.SpinUntil(() => !Directory.EnumerateDirectories(Data.Path + "/btrfs", "rm-*").Any(), TimeSpan.FromSeconds(30)));
    }
}
