using Gantry.Engine.Images;
using Gantry.Tests.Shared;

namespace Gantry.Engine.Tests.Images;

public sealed class ImageListTests : IDisposable
{
    private readonly Later _clock = new();
    private readonly ImageFixture _images;
    private readonly string _first, _second, _third;

    public ImageListTests()
    {
        _images = new ImageFixture(_clock);
        _first = _images.Import("a/one:1", config => config with { Labels = new Dictionary<string, string> { ["k"] = "v" } },
            ("f", "1")).Id;
        _clock.Ahead += TimeSpan.FromSeconds(1);
        _second = _images.Import("two", ("f", "2")).Id;
        _clock.Ahead += TimeSpan.FromSeconds(1);
        _third = _images.Import(null, ("f", "3")).Id;
    }

    public void Dispose() => _images.Dispose();

    [Fact]
    public void NewestFirst() => Assert.Equal([_third, _second, _first], List(new()));

    [Fact]
    public void WithAndWithoutAName()
    {
        Assert.Equal([_third], List(new() { Dangling = true }));
        Assert.Equal([_second, _first], List(new() { Dangling = false }));
    }

    [Fact]
    public void ByLabels() => Assert.Equal([_first], List(new() { Labels = labels => labels?.GetValueOrDefault("k") == "v" }));

    [Fact]
    public void OlderAndNewerThanAllThatAreNamed()
    {
        Assert.Equal([_first], List(new() { Before = ["two"] }));
        Assert.Equal([_first], List(new() { Before = [_third, "two"] }));
        Assert.Equal([_third], List(new() { Since = ["a/one:1", _second[7..19]] }));
        Assert.Equal([_second], List(new() { Since = ["a/one:1"], Before = [_third] }));
        Assert.Equal(ErrorKind.NotFound, Assert.Throws<GantryException>(() => List(new() { Since = ["nope"] })).Kind);
    }

    [Fact]
    public void ByAge()
    {
        Assert.Empty(List(new() { Until = Created(_first) }));
        Assert.Equal([_first], List(new() { Until = Created(_second) }));
    }

    [Fact]
    public void ByPatternsShowingTheNamesThatFit()
    {
        _images.Store.Tag("two", "two", "other");
        Assert.Equal([_second], List(new() { References = ["two"] }));
        Assert.Equal([_second, _first], List(new() { References = ["a/*", "tw?:o*"] }));
        ListedImage two = Assert.Single(new ImageList(_images.Store).Run(new() { References = ["*:other"] }));
        Assert.Equal("two:other", Assert.Single(two.Names).Familiar);
        Assert.Throws<GantryException>(() => List(new() { References = ["["] }));
    }

    [Fact]
    public void EveryConditionMustHold() => Assert.Empty(List(new() { Dangling = true, References = ["two"] }));

    private DateTimeOffset? Created(string id) => _images.Store.Find(id)!.Created;

    private IEnumerable<string> List(ImageQuery query) => new ImageList(_images.Store).Run(query).Select(one => one.Image.Id);
}
