using Gantry.Api.Host;
using Gantry.Engine.Containers;
using Gantry.Engine.Host;
using Gantry.Engine.Images;
using Gantry.Engine.Tests.Images;
using Gantry.Oci.Image;
using Gantry.Tests.Shared;

namespace Gantry.Engine.Tests.Host;

/// <summary>Every kind of file that images and layers consist of, damaged in every way: it costs that one image, until it is repaired, and
/// nothing else is lost.</summary>
public sealed class StoreDamageTests : IDisposable
{
    private const string Key = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
    private static readonly string[] Derivable = ["record", "names", "layer"];

    private readonly ImageFixture _images = new();
    private readonly byte[] _archive =
        ImageFixture.DockerArchive("hit:1", ImageFixture.Layer(("a", "lower")), ImageFixture.Layer(("b", "upper")));
    private readonly Image _hit, _other, _nameless;

    public StoreDamageTests()
    {
        _hit = Assert.Single(_images.Load(_archive));
        _images.Store.Tag("hit:1", "hit", "again");
        _other = _images.Import("other", ("a", "other"));
        _nameless = _images.Import(null, ("c", "nameless"));
        _images.Snapshotter.Prepare(Key, _other.ChainIds);
        File.WriteAllText(_images.Snapshotter.UpperDirectory(Key) + "/written", "kept");
        // So that a prune of all takes what is damaged alone, if it may.
        foreach (Image image in (Image[])[_hit, _other, _nameless]) _images.Users.Add((image.Id, new ImageUser(Key, false, "")));
        // What a sync in the background still writes must not undo what a test breaks.
        _images.Reopen();
    }

    public void Dispose() => _images.Dispose();

    public static TheoryData<string, string> All => new(((string[])["record", "names", "configuration", "manifest", "layer", "archive"])
        .SelectMany(file => FileDamage.Kinds.Select(kind => (file, kind))));

    [Theory, MemberData(nameof(All))]
    public void NothingElseIsLost(string file, string kind)
    {
        string path = PathOf(file);
        FileDamage.Inflict(kind, path);
        IReadOnlyList<string> before = Kept(path);
        _images.Reopen();
        // What is in an archive is unpacked already; only a check reads it.
        if (file == "archive") Assert.Empty(_images.Store.Damages());
        else Assert.Contains(file == "names" ? "made anew" : "nothing of it was removed", Assert.Single(_images.Store.Damages()).What);
        // Whatever somebody does who does not know of it.
        _images.Collector.CollectAll();
        new ImagePrune(_images.Store).Run(new ImageQuery { Dangling = false });
        _images.Reopen();
        Assert.Equal(before, Kept(path).Intersect(before));
        OthersAreWhole(file);

        StoreReport report = Check(true);
        // Names that were in no file are back, and nothing tells that they were gone.
        Assert.Equal((file, kind) == ("names", "missing"), report.Problems.Count == 0);
        if (Derivable.Contains(file))
            Assert.All(report.Problems, problem => Assert.True(problem.Repaired, $"{problem.Kind} {problem.Name}: {problem.Remedy}"));
        // What cannot be derived comes again.
        else Assert.Equal(_hit.Id, Assert.Single(_images.Load(_archive)).Id);
        if (file == "archive") _images.Store.Tag("hit:1", "hit", "again");
        Check(true);
        Assert.Empty(Check(false).Problems);
        _images.Reopen();
        Assert.Empty(_images.Store.Damages());
        Assert.Equal(_hit.Id, _images.Store.Resolve("hit:1").Id);
        Assert.Equal(_hit.Id, _images.Store.Resolve("hit:again").Id);
        Assert.Equal("upper", File.ReadAllText(TreeOf(_hit.ChainIds[1]) + "/b"));
        OthersAreWhole(file);
    }

    public static TheoryData<string> Kinds => new(FileDamage.Kinds);

    /// <summary>Moved by mistake, or a file in its place: nothing goes, also at the next start, and all is put together again.</summary>
    [Theory]
    [InlineData("image", false)]
    [InlineData("image/overlay2", false)]
    [InlineData("image/overlay2", true)]
    public void TheDirectoryOfAllRecordsIsGone(string directory, bool replaced)
    {
        string path = Path.Combine(_images.Root, directory);
        int blobs = _images.Store.Content.All.Count(), layers = _images.Snapshotter.Layers.Count();
        _images.Store.Dispose();
        Directory.Move(path, _images.Root + "/moved");
        if (replaced) File.WriteAllText(path, "");
        for (int start = 0; start < 2; start++)
        {
            _images.Reopen();
            _images.Collector.CollectAll();
            new ImagePrune(_images.Store).Run(new ImageQuery { Dangling = false });
            Assert.Equal((blobs, layers), (_images.Store.Content.All.Count(), _images.Snapshotter.Layers.Count()));
            Assert.Contains(_images.Store.Damages(), damage => damage.Kind == "records");
        }
        Assert.All(Check(true).Problems, problem => Assert.True(problem.Repaired, $"{problem.Kind} {problem.Name}: {problem.Remedy}"));
        Assert.Empty(Check(false).Problems);
        _images.Reopen();
        Assert.Empty(_images.Store.Damages());
        foreach (Image image in (Image[])[_hit, _other, _nameless]) Assert.NotNull(_images.Store.Find(image.Id));
        Assert.Equal((blobs, layers), (_images.Store.Content.All.Count(), _images.Snapshotter.Layers.Count()));
    }

    /// <summary>The content is shared; what only another driver has layers of is none of this one's damage.</summary>
    [Fact]
    public void AnotherDriversImagesAreNotBroken()
    {
        _images.Store.Dispose();
        Directory.Move(_images.Root + "/image/overlay2", _images.Root + "/image/vfs");
        Assert.NotNull(_images.Snapshotter.RemoveLayer(_nameless.ChainIds[^1]));
        _images.Reopen();
        string[] broken = [.. _images.Store.Damages().Where(damage => damage.Kind == "image").Select(damage => damage.Name).Order()];
        Assert.Equal(new[] { _hit.Id[7..19], _other.Id[7..19] }.Order(), broken);
    }

    [Theory, MemberData(nameof(Kinds))]
    public void AWritableLayerIsKnownAgainByItsContainer(string kind)
    {
        string directory = $"{_images.Root}/overlay2/{Key}";
        FileDamage.Inflict(kind, directory + "/snapshot.json");
        _images.Reopen();
        Assert.Contains(Key, _images.Snapshotter.Unreadable.Keys);
        // Until it is known, it may rest on any layer.
        _images.Users.Clear();
        _images.Store.Remove("other", force: true);
        Assert.NotNull(_images.Snapshotter.Layer(_other.ChainIds[0]));
        Assert.True(_images.Snapshotter.Adopt(Key, _other.ChainIds));
        Assert.Empty(_images.Snapshotter.Unreadable);
        _images.Reopen();
        Assert.Equal("kept", File.ReadAllText(_images.Snapshotter.UpperDirectory(Key) + "/written"));
        Assert.Contains(TreeOf(_other.ChainIds[0]), _images.Snapshotter.Mount(Key).Lower);
    }

    [Theory, MemberData(nameof(Kinds))]
    public void ALayerWhoseRecordIsMendedStaysWhereItIs(string kind)
    {
        // What is mounted from there must go on.
        string tree = TreeOf(_hit.ChainIds[0]);
        FileDamage.Inflict(kind, PathOf("layer"));
        _images.Reopen();
        Check(true);
        Assert.Equal(tree, TreeOf(_hit.ChainIds[0]));
        Assert.Equal(_hit.Id, _images.Store.Resolve("hit:1").Id);
    }

    [Fact]
    public void ADamagedImageCanBeGivenUp()
    {
        FileDamage.Inflict("junk", PathOf("configuration"));
        _images.Reopen();
        Assert.Throws<GantryException>(() => _images.Store.Resolve("hit:1"));
        Assert.Equal("hit:1", Assert.Single(_images.Store.Remove("hit:1", force: false)).Untagged);
        Assert.Equal(["hit:again", null], _images.Store.Remove("hit:again", force: false).Select(one => one.Untagged).Take(2));
        Assert.Empty(_images.Store.Damages());
        _images.Collector.CollectAll();
        Assert.Null(_images.Snapshotter.Layer(_hit.ChainIds[0]));
        OthersAreWhole("");
    }

    [Fact]
    public void TwoFilesOfOneImage()
    {
        FileDamage.Inflict("nuls", PathOf("record"));
        FileDamage.Inflict("half", PathOf("configuration"));
        IReadOnlyList<string> before = Kept("nothing");
        _images.Reopen();
        _images.Collector.CollectAll();
        _images.Reopen();
        Assert.Equal(before.Where(one => !one.Contains(Digest.Hex(_hit.Id))), Kept("nothing").Intersect(before));
        Assert.Equal(_hit.Id, Assert.Single(_images.Load(_archive)).Id);
        Check(true);
        Assert.Empty(Check(false).Problems);
    }

    [Fact]
    public void ARecordOfAnotherDriversListHoldsItsContent()
    {
        string other = Directory.CreateDirectory($"{_images.Root}/image/vfs/records").FullName, record = PathOf("record");
        File.Move(record, $"{other}/{Path.GetFileName(record)}");
        File.WriteAllText($"{other}/{Path.GetFileName(record)}", "{");
        File.Delete(PathOf("names"));
        _images.Reopen();
        Assert.All(_hit.Blobs, blob => Assert.True(_images.Store.Content.Contains(blob)));
    }

    private void OthersAreWhole(string file)
    {
        Assert.Equal(_other.Id, _images.Store.Resolve("other").Id);
        Assert.NotNull(_images.Store.Find(_nameless.Id));
        Assert.Equal("kept", File.ReadAllText(_images.Snapshotter.UpperDirectory(Key) + "/written"));
        Assert.Null(_images.Snapshotter.WrongWith(Key));
        if (file == "names") Assert.Equal(_hit.Id, _images.Store.Resolve("hit:again").Id);
    }

    private StoreReport Check(bool repair)
    {
        _images.Containers.SetAside(new SetAsideContainer(Key, "damaged", Record: null, Name: null));
        return new StoreCheck(_images.Store, _images.Containers, _images.Collector).Run(repair, default);
    }

    private string TreeOf(string chainId) => $"{_images.Root}/overlay2/{_images.Snapshotter.Layer(chainId)!.CacheId}/diff";

    private string PathOf(string file) => file switch
    {
        "record" => $"{_images.Root}/image/overlay2/records/{Digest.Hex(_hit.Id)}.json",
        "names" => $"{_images.Root}/image/overlay2/repositories.json",
        "configuration" => _images.Store.Content.PathOf(_hit.Id),
        "archive" => _images.Store.Content.PathOf(_hit.Layers[0].Digest),
        "manifest" => _images.Store.Content.PathOf(_hit.Manifest),
        _ => $"{_images.Root}/overlay2/{_images.Snapshotter.Layer(_hit.ChainIds[0])!.CacheId}/layer.json",
    };

    /// <summary>Everything that holds content, but for the file that was damaged.</summary>
    private IReadOnlyList<string> Kept(string damaged) =>
        [.. new[] { "content/blobs",
            "overlay2" }.SelectMany(place => Directory.EnumerateFiles($"{_images.Root}/{place}", "*", SearchOption.AllDirectories))
            .Where(path => !path.StartsWith(damaged, StringComparison.Ordinal) && File.Exists(path) && !path.Contains("/rm-")
            && !path.Contains("/tmp-") && !path.Contains(".damaged")).Order(StringComparer.Ordinal)];
}
