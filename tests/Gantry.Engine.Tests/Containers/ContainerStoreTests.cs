using Gantry.Api;
using Gantry.Engine.Containers;
using Xunit;

namespace Gantry.Engine.Tests.Containers;

public sealed class ContainerStoreTests
{
    private readonly ContainerStore store = new();

    private Container Add(string id, string name)
    {
        store.ReserveName(name, id);
        Container container = new(new ContainerRecord
        {
            Id = id,
            Name = name,
            Created = DateTimeOffset.UnixEpoch,
            Path = "true",
            Args = [],
            Config = new ContainerConfig(),
            Image = "sha256:0",
            Driver = "overlay2",
            Mounts = [],
        }, new HostConfig(), new ContainerPaths("/data", "/run", id));
        store.Add(container);
        return container;
    }

    [Fact]
    public void Found_by_name_identifier_and_unique_beginning()
    {
        Container web = Add("abc" + new string('0', 61), "web"), database = Add("abd" + new string('0', 61), "db");
        Assert.Same(web, store.Find("web"));
        Assert.Same(web, store.Find("/web"));
        Assert.Same(database, store.Find(database.Id));
        Assert.Same(database, store.Find("abd"));
    }

    [Fact]
    public void A_beginning_that_two_share_is_refused()
    {
        Add("abc" + new string('0', 61), "web");
        Add("abd" + new string('0', 61), "db");
        Assert.Equal("multiple IDs found with provided prefix: ab", Assert.Throws<GantryException>(() => store.Find("ab")).Message);
    }

    [Fact]
    public void An_unknown_one_is_not_found() => Assert.Equal("No such container: nope", Assert.Throws<GantryException>(() => store.Find("nope")).Message);

    [Fact]
    public void A_name_in_use_is_refused_in_the_words_that_clients_match_on()
    {
        Container web = Add("abc" + new string('0', 61), "web");
        string message = Assert.Throws<GantryException>(() => store.ReserveName("web", "other")).Message;
        Assert.Equal($"Conflict. The container name \"/web\" is already in use by container \"{web.Id}\". You have to remove (or rename) that container to be able to reuse that name.", message);
    }
}
