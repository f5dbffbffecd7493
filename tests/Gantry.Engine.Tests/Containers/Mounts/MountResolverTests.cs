using Gantry.Api.Containers;
using Gantry.Api.Json;
using Gantry.Engine.Containers;
using Gantry.Engine.Containers.Mounts;
using Gantry.Engine.Events;
using Gantry.Engine.Volumes;
using Xunit;

namespace Gantry.Engine.Tests.Containers.Mounts;

public sealed class MountResolverTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("gantry-mounts-").FullName;
    private readonly VolumeStore _volumes;
    private readonly ContainerStore _containers = new();

    public MountResolverTests()
    {
        _volumes = new VolumeStore(_directory + "/volumes", new EventBus());
        _volumes.Load((_, _) => { });
    }

    private Task<IReadOnlyList<ContainerMount>> Resolve(HostConfig host, params string[] imageVolumes) =>
        new MountResolver(_volumes, _containers)
        .ResolveAsync("me", new ContainerConfig { Volumes = imageVolumes.ToDictionary(path => path, _ => (EmptyObject?)null) }, host,
        TestContext.Current.CancellationToken);

    [Fact]
    public async Task ANamedVolumeIsMadeAndUsed()
    {
        ContainerMount mount = Assert.Single(await Resolve(new HostConfig { Binds = ["pgdata:/var/lib/data"] }));
        Assert.Equal(("volume", "pgdata", "z", true, false), (mount.Type, mount.Name, mount.Mode, mount.CopyUp, mount.Anonymous));
        Assert.Equal(["me"], _volumes.UsersOf("pgdata"));
    }

    [Fact]
    public async Task AVolumeOfTheImageGivesWayToTheUsersMount()
    {
        IReadOnlyList<ContainerMount> mounts = await Resolve(new HostConfig { Binds = [_directory + ":/data"] }, "/data", "/other");
        Assert.Equal([("bind", "/data"), ("volume", "/other")], mounts.Select(mount => (mount.Type, mount.Destination)));
        Assert.True(mounts[1].Anonymous);
        // None was made for the place that was taken.
        Assert.Equal(mounts[1].Name, Assert.Single(_volumes.List()).Name);
    }

    /// <summary>An image that says <c>VOLUME /etc:/stolen</c> would get the host's /etc.</summary>
    [Fact]
    public async Task AVolumeOfTheImageNeverNamesAPathOfTheHost()
    {
        IReadOnlyList<ContainerMount> mounts = await Resolve(new HostConfig(), _directory + ":/stolen", "data", "/");
        Assert.Equal([("volume", _directory + ":/stolen"), ("volume", "/data")], mounts.Select(mount => (mount.Type, mount.Destination)));
    }

    [Fact]
    public async Task MinusVMakesAMissingDirectoryAndMountRefusesIt()
    {
        await Resolve(new HostConfig { Binds = [_directory + "/new/deep:/data"] });
        Assert.True(Directory.Exists(_directory + "/new/deep"));
        HostConfig host = new() { Mounts = [new MountSpec { Type = "bind", Source = _directory + "/absent", Target = "/data" }] };
        GantryException refused = await Assert.ThrowsAsync<GantryException>(() => Resolve(host));
        Assert.Equal($"invalid mount config for type \"bind\": bind source path does not exist: {_directory}/absent", refused.Message);
    }

    [Fact]
    public async Task TwoMountsAtOnePlaceAreRefusedAndLeaveNoVolume()
    {
        GantryException refused = await Assert.ThrowsAsync<GantryException>(() => Resolve(new HostConfig { Binds = ["/x", "/x"] }));
        Assert.Equal("Duplicate mount point: /x", refused.Message);
        Assert.DoesNotContain(_volumes.List(), volume => _volumes.UsersOf(volume.Name).Count > 0);
    }

    [Theory]
    [InlineData("nobody", "No such container: nobody")]
    [InlineData("", "volumes-from specification cannot be an empty string")]
    [InlineData("nobody:xx", "invalid mode: xx")]
    public async Task VolumesFromNobodyAreNoMissingImage(string source, string message)
    {
        GantryException refused = await Assert.ThrowsAsync<GantryException>(() => Resolve(new HostConfig { VolumesFrom = [source] }));
        Assert.Equal((ErrorKind.InvalidArgument, message), (refused.Kind, refused.Message));
    }

    [Fact]
    public async Task VolumesFromAnotherContainerAreSharedAndMayBeReadOnly()
    {
        Donor("donor", ("shared", "/s"));
        ContainerMount mount = Assert.Single(await Resolve(new HostConfig { VolumesFrom = ["donor:ro"] }));
        Assert.Equal(("shared", "/s", false), (mount.Name, mount.Destination, mount.ReadWrite));
        Assert.Equal(["donor", "me"], _volumes.UsersOf("shared").Order());
    }

    [Fact]
    public async Task AVolumeThatLosesOnePlaceIsInUseAtAnother()
    {
        Donor("donor", ("shared", "/a"), ("shared", "/b"));
        IReadOnlyList<ContainerMount> mounts = await Resolve(new HostConfig { VolumesFrom = ["donor"], Binds = ["own:/a"] });
        Assert.Equal([("/a", "own"), ("/b", "shared")], mounts.Select(mount => (mount.Destination, mount.Name)).Order());
        Assert.Contains("me", _volumes.UsersOf("shared"));
    }

    [Fact]
    public async Task OfTwoContainersWithOnePlaceTheFirstKeepsItsVolume()
    {
        Donor("one", ("first", "/s"));
        Donor("two", ("second", "/s"));
        Assert.Equal("second", Assert.Single(await Resolve(new HostConfig { VolumesFrom = ["one", "two"] })).Name);
        Assert.Equal(["one"], _volumes.UsersOf("first"));
        Assert.Equal(["me", "two"], _volumes.UsersOf("second").Order());
    }

    private void Donor(string id, params (string Volume, string Place)[] mounts)
    {
        foreach ((string volume, _) in mounts) _volumes.Create(new VolumeRequest { Name = volume }, id);
        _containers.ReserveName(id, id);
        _containers.Add(new Container(new ContainerRecord
        {
            Id = id, Name = id, Created = DateTimeOffset.UnixEpoch, Path = "true", Args = [], Config = new ContainerConfig(),
            Image = "sha256:0", Driver = "overlay2",
            Mounts = [.. mounts.Select(mount => new ContainerMount
            {
                Type = "volume", Name = mount.Volume, Source = _volumes.Find(mount.Volume).Mountpoint, Destination = mount.Place,
            })],
        }, new HostConfig(), new ContainerPaths(_directory, _directory, id)));
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);
}
