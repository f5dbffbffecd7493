using Gantry.Api;
using Gantry.Engine.Containers;
using Gantry.Engine.Events;
using Gantry.Engine.Volumes;
using Xunit;

namespace Gantry.Engine.Tests.Containers;

public sealed class MountResolverTests : IDisposable
{
    private readonly string directory = Directory.CreateTempSubdirectory("gantry-mounts-").FullName;
    private readonly VolumeStore volumes;
    private readonly ContainerStore containers = new();

    public MountResolverTests()
    {
        volumes = new VolumeStore(directory + "/volumes", new EventBus());
        volumes.Load((_, _) => { });
    }

    private Task<IReadOnlyList<ContainerMount>> Resolve(HostConfig host, params string[] imageVolumes) => new MountResolver(volumes, containers)
        .ResolveAsync("me", new ContainerConfig { Volumes = imageVolumes.ToDictionary(path => path, _ => (EmptyObject?)null) }, host, TestContext.Current.CancellationToken);

    [Fact]
    public async Task A_named_volume_is_made_and_used()
    {
        ContainerMount mount = Assert.Single(await Resolve(new HostConfig { Binds = ["pgdata:/var/lib/data"] }));
        Assert.Equal(("volume", "pgdata", "z", true, false), (mount.Type, mount.Name, mount.Mode, mount.CopyUp, mount.Anonymous));
        Assert.Equal(["me"], volumes.UsersOf("pgdata"));
    }

    [Fact]
    public async Task A_volume_of_the_image_gives_way_to_the_users_mount()
    {
        IReadOnlyList<ContainerMount> mounts = await Resolve(new HostConfig { Binds = [directory + ":/data"] }, "/data", "/other");
        Assert.Equal([("bind", "/data"), ("volume", "/other")], mounts.Select(mount => (mount.Type, mount.Destination)));
        Assert.True(mounts[1].Anonymous);
    }

    /// <summary>An image that says <c>VOLUME /etc:/stolen</c> would get the host's /etc.</summary>
    [Fact]
    public async Task A_volume_of_the_image_never_names_a_path_of_the_host()
    {
        IReadOnlyList<ContainerMount> mounts = await Resolve(new HostConfig(), directory + ":/stolen", "data", "/");
        Assert.Equal([("volume", directory + ":/stolen"), ("volume", "/data")], mounts.Select(mount => (mount.Type, mount.Destination)));
    }

    [Fact]
    public async Task Minus_v_makes_a_missing_directory_and_mount_refuses_it()
    {
        await Resolve(new HostConfig { Binds = [directory + "/new/deep:/data"] });
        Assert.True(Directory.Exists(directory + "/new/deep"));
        HostConfig host = new() { Mounts = [new MountSpec { Type = "bind", Source = directory + "/absent", Target = "/data" }] };
        GantryException refused = await Assert.ThrowsAsync<GantryException>(() => Resolve(host));
        Assert.Equal($"invalid mount config for type \"bind\": bind source path does not exist: {directory}/absent", refused.Message);
    }

    [Fact]
    public async Task Two_mounts_at_one_place_are_refused_and_leave_no_volume()
    {
        GantryException refused = await Assert.ThrowsAsync<GantryException>(() => Resolve(new HostConfig { Binds = ["/x", "/x"] }));
        Assert.Equal("Duplicate mount point: /x", refused.Message);
        Assert.DoesNotContain(volumes.List(), volume => volumes.UsersOf(volume.Name).Count > 0);
    }

    [Theory]
    [InlineData("nobody", "No such container: nobody")]
    [InlineData("", "volumes-from specification cannot be an empty string")]
    [InlineData("nobody:xx", "invalid mode: xx")]
    public async Task Volumes_from_nobody_are_no_missing_image(string source, string message)
    {
        GantryException refused = await Assert.ThrowsAsync<GantryException>(() => Resolve(new HostConfig { VolumesFrom = [source] }));
        Assert.Equal((ErrorKind.InvalidArgument, message), (refused.Kind, refused.Message));
    }

    [Fact]
    public async Task Volumes_from_another_container_are_shared_and_may_be_read_only()
    {
        volumes.Create(new VolumeRequest { Name = "shared" }, "donor");
        containers.ReserveName("donor", "donor");
        containers.Add(new Container(new ContainerRecord
        {
            Id = "donor",
            Name = "donor",
            Created = DateTimeOffset.UnixEpoch,
            Path = "true",
            Args = [],
            Config = new ContainerConfig(),
            Image = "sha256:0",
            Driver = "overlay2",
            Mounts = [new ContainerMount { Type = "volume", Name = "shared", Source = volumes.Find("shared").Mountpoint, Destination = "/s" }],
        }, new HostConfig(), new ContainerPaths(directory, directory, "donor")));
        ContainerMount mount = Assert.Single(await Resolve(new HostConfig { VolumesFrom = ["donor:ro"] }));
        Assert.Equal(("shared", "/s", false), (mount.Name, mount.Destination, mount.ReadWrite));
        Assert.Equal(["donor", "me"], volumes.UsersOf("shared").Order());
    }

    public void Dispose() => Directory.Delete(directory, recursive: true);
}
