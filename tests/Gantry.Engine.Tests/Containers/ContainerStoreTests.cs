using Gantry.Api.Containers;
using Gantry.Engine.Containers;
using Xunit;

namespace Gantry.Engine.Tests.Containers;

public sealed class ContainerStoreTests
{
    private readonly ContainerStore _store = new();

    private Container Add(string id, string name)
    {
        _store.ReserveName(name, id);
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
        _store.Add(container);
        return container;
    }

    [Fact]
    public void FoundByNameIdentifierAndUniqueBeginning()
    {
        Container web = Add("abc" + new string('0', 61), "web"), database = Add("abd" + new string('0', 61), "db");
        Assert.Same(web, _store.Find("web"));
        Assert.Same(web, _store.Find("/web"));
        Assert.Same(database, _store.Find(database.Id));
        Assert.Same(database, _store.Find("abd"));
    }

    [Fact]
    public void ABeginningThatTwoShareIsRefused()
    {
        Add("abc" + new string('0', 61), "web");
        Add("abd" + new string('0', 61), "db");
        Assert.Equal("multiple IDs found with provided prefix: ab", Assert.Throws<GantryException>(() => _store.Find("ab")).Message);
    }

    [Fact]
    public void AnUnknownOneIsNotFound() =>
        Assert.Equal("No such container: nope", Assert.Throws<GantryException>(() => _store.Find("nope")).Message);

    [Fact]
    public void ANameInUseIsRefusedInTheWordsThatClientsMatchOn()
    {
        Container web = Add("abc" + new string('0', 61), "web");
        string message = Assert.Throws<GantryException>(() => _store.ReserveName("web", "other")).Message;
        Assert.Equal($"Conflict. The container name \"/web\" is already in use by container \"{web.Id}\". You have to remove (or rename) "
            + $"that container to be able to reuse that name.", message);
    }
}
