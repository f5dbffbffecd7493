using Gantry.Engine.Events;
using Xunit;

namespace Gantry.Engine.Tests.Events;

public sealed class EventFilterTests
{
    private static readonly EngineEvent Exec = new()
    {
        Type = EventType.Container,
        Action = "exec_start: sh -c true",
        ActorId = "0123456789abcdef",
        Attributes = new Dictionary<string, string> { ["name"] = "web", ["image"] = "nginx:1.27", ["tier"] = "front" },
    };

    [Theory]
    [InlineData("type", "container", true)]
    [InlineData("type", "image", false)]
    [InlineData("event", "exec_start", true)]
    [InlineData("event", "exec_start: sh -c true", true)]
    [InlineData("event", "exec", false)]
    [InlineData("container", "web", true)]
    [InlineData("container", "/web", true)]
    [InlineData("container", "0123", true)]
    [InlineData("container", "we", false)]
    [InlineData("image", "nginx", true)]
    [InlineData("image", "nginx:1.27", true)]
    [InlineData("image", "nginx:1.26", false)]
    [InlineData("label", "tier", true)]
    [InlineData("label", "tier=front", true)]
    [InlineData("label", "tier=back", false)]
    [InlineData("volume", "web", false)]
    [InlineData("scope", "local", true)]
    [InlineData("scope", "swarm", false)]
    [InlineData("service", "web", false)]
    public void EachKeyAsksOneThing(string key, string value, bool matches) =>
        Assert.Equal(matches, new EventFilter(new Dictionary<string, IReadOnlyList<string>> { [key] = [value] }).Matches(Exec));

    [Fact]
    public void WithinAKeyAnyBetweenKeysAll()
    {
        Assert.True(new EventFilter(new Dictionary<string, IReadOnlyList<string>> { ["type"] = ["image", "container"],
            ["container"] = ["db", "web"] }).Matches(Exec));
        Assert.False(new EventFilter(
            new Dictionary<string, IReadOnlyList<string>> { ["type"] = ["container"], ["container"] = ["db"] }).Matches(Exec));
        Assert.False(new EventFilter(new Dictionary<string, IReadOnlyList<string>> { ["label"] = ["tier=front", "other"] }).Matches(Exec));
    }

    [Fact]
    public void AnImagesNameIsItsOwn()
    {
        EngineEvent tag = new() { Type = EventType.Image, Action = "tag", ActorId = "sha256:1",
            Attributes = new Dictionary<string, string> { ["name"] = "host:5000/a:1" } };
        Assert.True(new EventFilter(new Dictionary<string, IReadOnlyList<string>> { ["image"] = ["host:5000/a"] }).Matches(tag));
        Assert.False(new EventFilter(new Dictionary<string, IReadOnlyList<string>> { ["image"] = ["host"] }).Matches(tag));
    }
}
