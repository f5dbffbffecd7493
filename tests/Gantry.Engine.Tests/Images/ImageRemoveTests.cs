using Gantry.Engine.Images;
using Gantry.Registry;

namespace Gantry.Engine.Tests.Images;

/// <summary>Docker's rules, in Docker's words.</summary>
public sealed class ImageRemoveTests : IDisposable
{
    private const string Container = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
    private readonly ImageFixture _images = new();
    private readonly Image _image;

    public ImageRemoveTests() => _image = _images.Import("busybox", ("f", "1"));

    public void Dispose() => _images.Dispose();

    [Fact]
    public void TheLastNameTakesTheImage()
    {
        Assert.Equal([new ImageRemoval("busybox:latest", null), new(null, _image.Id), new(null, _image.ChainIds[0])],
            _images.Store.Remove("busybox", false));
        Assert.Empty(_images.Leftovers());
    }

    [Fact]
    public void AnotherNameKeepsIt()
    {
        _images.Store.Tag("busybox", "other/name", "x");
        Assert.Equal([new ImageRemoval("busybox:latest", null)], _images.Store.Remove("busybox", false));
        Assert.Equal(_image.Id, _images.Store.Resolve("other/name:x").Id);
    }

    [Fact]
    public void NamesByDigestGoWithTheLastTagOfTheirRepository()
    {
        string digest = "sha256:" + new string('1', 64);
        foreach (string tag in new[] { "1", "2" }) _images.Store.Tag("busybox", "registry:5000/pushed", tag);
        _images.Store.Name(_image, [Reference.Parse($"registry:5000/pushed@{digest}"), Reference.Parse($"elsewhere@{digest}")]);
        Assert.Equal([new ImageRemoval("registry:5000/pushed:1", null)], _images.Store.Remove("registry:5000/pushed:1", false));
        Assert.Equal([new ImageRemoval("registry:5000/pushed:2", null), new($"registry:5000/pushed@{digest}", null)],
            _images.Store.Remove("registry:5000/pushed:2", false));
        Assert.Equal([new ImageRemoval("busybox:latest", null)], _images.Store.Remove("busybox", false));
        Assert.Equal([new ImageRemoval($"elsewhere@{digest}", null), new(null, _image.Id), new(null, _image.ChainIds[0])],
            _images.Store.Remove($"elsewhere@{digest}", false));
    }

    [Fact]
    public void ANameThatTheDiskDoesNotTakeIsAsItWas()
    {
        _images.Store.Tag("busybox", "other", null);
        Image second = _images.Import("second", ("f", "2"));
        string names = Path.Combine(_images.Root, "image/overlay2");
        Directory.Move(names, names + ".away");
        Assert.Throws<GantryException>(() => _images.Store.Tag("busybox", "third", null));
        Assert.Throws<GantryException>(() => _images.Store.Tag("busybox", "second", null));
        Assert.Throws<GantryException>(() => _images.Store.Remove("other", false));
        Assert.Throws<GantryException>(() => _images.Import("third", ("f", "3")));
        Directory.Move(names + ".away", names);
        for (int start = 0; start < 2; start++)
        {
            Assert.Equal(["docker.io/library/busybox:latest", "docker.io/library/other:latest"],
                _images.Store.NamesOf(_image.Id).Select(static name => name.ToString()));
            Assert.Equal(second.Id, _images.Store.Resolve("second").Id);
            Assert.Equal(2, _images.Store.Count);
            _images.Reopen();
        }
    }

    [Fact]
    public void ByIdentifierWithOneName() =>
        Assert.Equal(["busybox:latest", null, null], _images.Store.Remove(_image.ShortId, false).Select(one => one.Untagged));

    [Fact]
    public void ByIdentifierWithSeveralRepositories()
    {
        _images.Store.Tag("busybox", "other", null);
        Assert.Equal($"conflict: unable to delete {_image.ShortId} (must be forced) - image is referenced in multiple repositories",
            Conflict(_image.ShortId));
        Assert.Equal(4, _images.Store.Remove(_image.ShortId, true).Count);
        Assert.Empty(_images.Leftovers());
    }

    [Fact]
    public void AStoppedContainerHoldsTheNameUnlessForced()
    {
        _images.Users.Add((_image.Id, new ImageUser(Container, false, "busybox")));
        Assert.Equal($"conflict: unable to remove repository reference \"busybox\" (must force) - container {Container[..12]} is using "
            + $"its referenced image {_image.ShortId}", Conflict("busybox"));
        Assert.Equal($"conflict: unable to delete {_image.ShortId} (must be forced) - image is being used by stopped container "
            + $"{Container[..12]}", Conflict(_image.ShortId));
        Assert.Equal(3, _images.Store.Remove("busybox", true).Count);
    }

    [Fact]
    public void ARunningContainerHoldsTheImageEvenIfForced()
    {
        _images.Users.Add((_image.Id, new ImageUser(Container, true, "busybox")));
        Assert.Equal($"conflict: unable to delete {_image.ShortId} (cannot be forced) - image is being used by running container "
            + $"{Container[..12]}", Conflict(_image.ShortId, true));
        Assert.Equal([new ImageRemoval("busybox:latest", null)], _images.Store.Remove("busybox", true));
        Assert.Equal(_image.Id, _images.Store.Resolve(_image.Id).Id);
    }

    [Fact]
    public void AContainersLayersOutliveTheImageAndGoWithTheContainer()
    {
        _images.Snapshotter.Prepare("c", _image.ChainIds);
        _images.Store.Remove("busybox", true);
        Assert.Single(_images.Snapshotter.Layers);
        Assert.Equal("1", File.ReadAllText(_images.Snapshotter.Mount("c").Lower[0] + "/f"));
        _images.Snapshotter.Remove("c");
        Assert.True(SpinWait.SpinUntil(() => _images.Snapshotter.Layers.Count == 0, 30000));
        Assert.Empty(_images.Leftovers());
    }

    [Fact]
    public void SharedLayersStay()
    {
        byte[] shared = ImageFixture.Layer(("s", "1"));
        _images.Load(ImageFixture.DockerArchive("a:1", shared));
        Image both = _images.Load(ImageFixture.DockerArchive("b:1", shared, ImageFixture.Layer(("t", "1")))).Single();
        _images.Store.Remove("a:1", false);
        Assert.All(both.Blobs, digest => Assert.True(_images.Store.Content.Contains(digest)));
        _images.Store.Remove("b:1", false);
        _images.Store.Remove("busybox", false);
        Assert.Empty(_images.Leftovers());
    }

    [Fact]
    public void UnknownOnes()
    {
        Assert.Equal("No such image: nope:latest", Assert.Throws<GantryException>(() => _images.Store.Remove("nope", true)).Message);
        Assert.Equal(ErrorKind.InvalidArgument, Assert.Throws<GantryException>(() => _images.Store.Remove("NOPE", true)).Kind);
    }

    [Fact]
    public void PruneTakesWhatHasNoNameAndNoContainer()
    {
        Image dangling = _images.Import(null, ("x", "22")), used = _images.Import(null, ("y", "1"));
        _images.Users.Add((used.Id, new ImageUser(Container, false, used.Id)));
        ImagePrune.Result result = new ImagePrune(_images.Store).Run(new ImageQuery());
        Assert.Contains(result.Removed, one => one.Deleted == dangling.Id);
        Assert.Equal(2, result.Reclaimed);
        Assert.Equal(2, _images.Store.Count);
        new ImagePrune(_images.Store).Run(new ImageQuery { Dangling = false });
        Assert.Equal([used.Id], _images.Store.All.Select(image => image.Id));
    }

    private string Conflict(string reference, bool force = false)
    {
        GantryException e = Assert.Throws<GantryException>(() => _images.Store.Remove(reference, force));
        Assert.Equal(ErrorKind.Conflict, e.Kind);
        return e.Message;
    }
}
