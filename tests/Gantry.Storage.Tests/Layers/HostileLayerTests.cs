using System.Diagnostics;
using System.Text;
using Gantry.Linux.Trees;
using Gantry.Storage.Archives;
using Gantry.Storage.Layers;
using Gantry.Storage.Snapshots;
using Gantry.Tests.Shared;

namespace Gantry.Storage.Tests.Layers;

/// <summary>Archives that want out. A canary beside the layer must stay as it is, and a refused layer must leave nothing.</summary>
public sealed class HostileLayerTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly string _canary;

    public HostileLayerTests()
    {
        _canary = _directory["canary"];
        File.WriteAllText(_canary, "untouched");
    }

    public void Dispose() => _directory.Dispose();

    public static TheoryData<string, string> Refused => new()
    {
        { "../canary", "leads out of the layer" },
        { "../../../../../../../../tmp/canary", "leads out of the layer" },
        { "a/../../canary", "leads out of the layer" },
        { "/../canary", "leads out of the layer" },
        { "./../canary", "leads out of the layer" },
        { "..", "leads out of the layer" },
        { "../.wh.canary", "leads out of the layer" },
        { ".wh...", "names nothing that can be removed" },
        { ".wh..", "names nothing that can be removed" },
        { ".wh.", "names nothing that can be removed" },
        { "d/.wh...", "names nothing that can be removed" },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public void NamesThatLeadOut(string name, string message) =>
        Assert.Contains(message, Fails(new Tar().Directory("d").File(name, "evil")));

    [Fact]
    public void AbsoluteNamesStayInside()
    {
        string root = Apply(new Tar().File("/etc/passwd", "inside").File("//x//y", "inside"));
        Assert.Equal("inside", File.ReadAllText(root + "/etc/passwd"));
        Assert.Equal("inside", File.ReadAllText(root + "/x/y"));
    }

    [Fact]
    public void ALinkIsNotAWayOut()
    {
        string outside = _directory.Path;
        string root = Apply(new Tar().Link("out", outside).Directory(outside[1..]).File("out/canary", "evil").Link("up", "../../../..")
            .File("up/canary", "evil").Link("self", "/").File("self/inside", "x"));
        Assert.Equal("evil", File.ReadAllText(root + outside + "/canary"));
        Assert.Equal("evil", File.ReadAllText(root + "/canary"));
        Assert.Equal("x", File.ReadAllText(root + "/inside"));
        AssertCanary();
    }

    [Fact]
    public void ALinkToNowhereIsNoDirectory() => Assert.Contains("ENOENT", Fails(new Tar().Link("out", "/nowhere").File("out/x", "1")));

    [Fact]
    public void WritingThroughALinkReplacesTheLink()
    {
        string root = Apply(new Tar().Link("file", _canary).File("file", "evil"));
        Assert.Equal("evil", File.ReadAllText(root + "/file"));
        Assert.Null(new FileInfo(root + "/file").LinkTarget);
        AssertCanary();
    }

    [Fact]
    public void ADirectoryEntryOnALinkReplacesTheLink()
    {
        string root = Apply(new Tar().Link("d", _directory.Path).Directory("d", 0x1FF).File("d/canary", "evil"));
        Assert.Null(new DirectoryInfo(root + "/d").LinkTarget);
        AssertCanary();
    }

    [Fact]
    public void ALoopOfLinksIsRefused() => Assert.Contains("ELOOP", Fails(new Tar().Link("a", "b").Link("b", "a").File("a/x", "1")));

    [Fact]
    public void LinksThroughProcAreRefused()
    {
        // Inside the layer there is no /proc; what the link names is made a plain directory at most.
        Fails(new Tar().Link("p", "/proc/self/root").File("p/tmp/x", "evil").Link("x", "p/tmp"));
        AssertCanary();
    }

    [Theory]
    [InlineData("../canary", "leads out of the layer")]
    [InlineData("missing", "is not in the layer")]
    [InlineData("/", "leads out of the layer")]
    public void HardLinksToOutside(string target, string message) => Assert.Contains(message, Fails(new Tar().HardLink("h", target)));

    [Fact]
    public void HardLinksThroughLinksStayInside() =>
        Assert.Contains("is not in the layer", Fails(new Tar().Link("out", _directory.Path).HardLink("h", "out/canary")));

    [Fact]
    public void AHardLinkToALinkLinksTheLink()
    {
        string root = Apply(new Tar().Link("l", _canary).HardLink("h", "l"));
        Assert.Equal(_canary, new FileInfo(root + "/h").LinkTarget);
        AssertCanary();
    }

    [Fact]
    public void WhiteoutsThroughLinksStayInside()
    {
        Apply(new Tar().Link("out", _directory.Path).Directory(_directory.Path[1..]).File("out/.wh.canary").File("out/.wh..wh..opq"));
        AssertCanary();
    }

    [Fact]
    public void AFileIsNoDirectory() => Assert.Contains("ENOTDIR", Fails(new Tar().File("f", "1").File("f/x", "1")));

    [Fact]
    public void OverlaysOwnAttributesAreNotTheImagesToSet()
    {
        string root = Apply(new Tar().Directory("d").Add(new TarEntry
        {
            Type = TarEntryType.Directory, Mode = 0x1ED,
            Attributes = [new("trusted.overlay.redirect"u8.ToArray(), "/secret"u8.ToArray()),
                new("trusted.overlay.opaque"u8.ToArray(), "y"u8.ToArray()), new("trusted.mine"u8.ToArray(), "y"u8.ToArray())],
        }, "e"));
        using DirectoryHandle directory = DirectoryHandle.Open(root);
        string attributes = string.Join(' ', directory.Attributes("e"u8).Select(pair => PathBytes.Show(pair.Key)));
        Assert.DoesNotContain("overlay", attributes);
        Assert.Contains("trusted.mine", attributes);
    }

    [Fact]
    public void LongNames()
    {
        Assert.Contains("ENAMETOOLONG", Fails(new Tar().File(new string('n', 256), "1")));
        Assert.Contains("longer than 32768", Fails(new Tar().File(string.Join('/', Enumerable.Repeat(new string('d', 200), 170)), "1")));
        Assert.Contains("nested more than 2048", Fails(new Tar().File(string.Join('/', Enumerable.Repeat("d", 2050)), "1")));
        Apply(new Tar().File(new string('n', 255), "1"));
    }

    [Fact]
    public void DepthBeyondAPathIsMadeAndRemoved()
    {
        // Each link takes one level deeper than a path can name.
        string part = string.Join('/', Enumerable.Repeat("d", 1500));
        Tar tar = new Tar().File(part + "/x", "1").Link("s1", part).File("s1/" + part + "/y", "1").Link("s2", "s1/" + part)
            .File("s2/" + part + "/z", "1");
        Apply(tar);
    }

    [Fact]
    public void UnknownTypesAreNamed()
    {
        byte[] archive = [.. Tar.Header("sock", 'Z', "00000000000\0"), .. new byte[1024]];
        Assert.Contains("\"sock\": entries of type 'Z' are not known", Fails(archive));
    }

    [Fact]
    public void LimitsHold()
    {
        Tar many = new();
        for (int i = 0; i < 30; i++) many.File($"f{i}");
        Assert.Contains("more than 20 entries", Fails(many.Bytes(), new LayerLimits { MaxEntries = 20 }));
        Assert.Contains("more than 1000 bytes",
            Fails(new Tar().File("a", new string('x', 600)).File("b", new string('x', 600)).Bytes(), new LayerLimits { MaxSize = 1000 }));
        byte[] claim = Tar.Header("huge", '0', "\x80\x00\x00\x00\x7f\xff\xff\xff\xff\xff\xff\xff");
        Assert.Contains("bytes", Fails(claim));
    }

    [Fact]
    public void NamesThatAreNoTextAreKept()
    {
        MemoryStream stream = new();
        using (TarWriter writer = new(stream))
            writer.Write(new TarEntry { Type = TarEntryType.Regular, Name = [(byte)'d', (byte)'/', 0xff, 0xfe], Mode = 0x1A4 });
        string root = Apply(stream.ToArray());
        Assert.Contains("\\377\\376", Shell.Run($"ls -b {root}/d"));
    }

    /// <summary>Entries with names, types and targets drawn from a nasty handful, in any order.</summary>
    [Fact]
    public void RandomArchivesNeverTouchTheOutside()
    {
        string[] names = ["a", "b", "a/b", "a/b/c", "b/../a", "../canary", "/a", ".", "a/.wh.b", ".wh.a", "a/.wh..wh..opq", "c",
            "c/canary", "a//c/", _directory.Path[1..] + "/canary"];
        string[] targets = ["a", "b", "/", "..", "../..", "a/b", _directory.Path, _canary, "c", ".", "/proc/self/cwd"];
        Random random = new(42);
        int applied = 0;
        for (int round = 0; round < 300; round++)
        {
            Tar tar = new();
            for (int i = random.Next(1, 12); i > 0; i--)
            {
                string name = names[random.Next(names.Length)], target = targets[random.Next(targets.Length)];
                _ = random.Next(6) switch { 0 => tar.Directory(name), 1 => tar.Link(name, target), 2 => tar.HardLink(name, target),
                    3 => tar.Fifo(name), _ => tar.File(name, "evil") };
            }
            try
            {
                Apply(tar);
                applied++;
            }
            catch (GantryException)
            {
                // Refused: as good.
            }
            AssertCanary();
            Assert.Equal(["canary", "data"], Directory.GetFileSystemEntries(_directory.Path).Select(Path.GetFileName).Order());
        }
        Assert.True(applied > 20, $"{applied} were applied");
    }

    [Fact]
    public void DamagedLayersNeverTouchTheOutside()
    {
        byte[] whole = new Tar().Directory("d", 0x3FF, 7, 8).File("d/f", "content", attributes: ("user.a", [1, 2, 3])).Link("out", "..")
            .File("out/canary", "evil").HardLink("d/h", "d/f").File("d/.wh.gone").File(".wh..wh..opq")
            .Device("null", TarEntryType.CharacterDevice, 1, 3).Fifo("fifo").File(new string('n', 130), new string('x', 700)).Bytes();
        Random random = new(2);
        int applied = 0;
        for (int i = Fuzzing.Rounds(100); i > 0; i--)
        {
            try
            {
                Apply(Fuzzing.Damage(whole, random), new LayerLimits { MaxSize = 1 << 20, MaxEntries = 1000 });
                applied++;
            }
            catch (GantryException)
            {
                // Refused: as good.
            }
            AssertCanary();
            Assert.Equal(["canary", "data"], Directory.GetFileSystemEntries(_directory.Path).Select(Path.GetFileName).Order());
        }
        Assert.True(applied > 5, $"{applied} were applied");
    }

    /// <summary>As <c>cp</c> unpacks: into a tree that is there, below a directory of it, with links in it that lead elsewhere.</summary>
    [Fact]
    public void DamagedCopiesNeverTouchTheOutside()
    {
        byte[] whole = new Tar().Directory("d").File("d/f", "content").Link("d/l", "../../../..").File("d/l/canary", "evil")
            .HardLink("d/h", "d/f").File("up/canary", "evil").File("abs/canary", "evil").Bytes();
        Random random = new(3);
        for (int i = Fuzzing.Rounds(100); i > 0; i--)
        {
            string root = _directory["data/root"];
            Directory.CreateDirectory(root + "/in");
            File.CreateSymbolicLink(root + "/in/up", "../../..");
            File.CreateSymbolicLink(root + "/in/abs", _directory.Path);
            using (DirectoryHandle handle = DirectoryHandle.Open(root))
            {
                try
                {
                    TreeExtract.Run(handle, new MemoryStream(i % 10 == 0 ? whole : Fuzzing.Damage(whole, random)),
                        new ExtractRules { Directory = "in"u8.ToArray() }, default);
                }
                catch (GantryException)
                {
                    // Refused: as good.
                }
            }
            AssertCanary();
            Assert.Equal(["canary", "data"], Directory.GetFileSystemEntries(_directory.Path).Select(Path.GetFileName).Order());
            using DirectoryHandle parent = DirectoryHandle.Open(_directory.Path);
            TreeRemoval.Remove(parent, "data"u8);
        }
    }

    private string Apply(Tar tar) => Apply(tar.Bytes());

    /// <returns>Where the layer's files are; the previous ones are removed.</returns>
    private string Apply(byte[] archive, LayerLimits? limits = null)
    {
        if (Directory.Exists(_directory["data"]))
        {
            using DirectoryHandle parent = DirectoryHandle.Open(_directory.Path);
            TreeRemoval.Remove(parent, "data"u8);
        }
        using OverlaySnapshotter snapshotter = new(_directory["data"]) { Limits = limits ?? new LayerLimits() };
        ILayerUnpack unpack = snapshotter.Unpack(null);
        try
        {
            unpack.Apply(new MemoryStream(archive), default);
            unpack.Commit("sha256:" + new string('a', 64), null);
            return _directory[$"data/overlay2/{snapshotter.Layers.Single().CacheId}/diff"];
        }
        finally
        {
            unpack.Dispose();
        }
    }

    private string Fails(Tar tar) => Fails(tar.Bytes());

    private string Fails(byte[] archive, LayerLimits? limits = null)
    {
        GantryException e = Assert.Throws<GantryException>(() => Apply(archive, limits));
        Assert.Equal(ErrorKind.InvalidArgument, e.Kind);
        AssertCanary();
        string root = _directory["data/overlay2"];
        using (OverlaySnapshotter again = new(_directory["data"]))
            Assert.True(SpinWait.SpinUntil(() => Directory.GetFileSystemEntries(root).Length == 0, 5000));
        return e.Message;
    }

    private void AssertCanary() => Assert.Equal("untouched", File.ReadAllText(_canary));
}
