using Gantry.Api.Containers;
using Gantry.Api.Networks;
using Gantry.Engine.Containers;
using Gantry.Engine.Events;
using Gantry.Engine.Images;
using Gantry.Engine.Tests.Images;
using Gantry.Engine.Volumes;
using Gantry.Linux.Trees;
using Gantry.Network;
using Gantry.Network.Drivers;
using Gantry.Network.Networks;
using Gantry.Storage.Content;
using Gantry.Storage.Roots;
using Gantry.Storage.Snapshots;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gantry.Engine.Tests.Containers;

/// <summary>Containers without a kernel: everything is the engine's own but the supervisors, the clock, and networks that have nothing on
/// the host. Needs no root.</summary>
internal sealed class ContainerFixture : IDisposable
{
    /// <summary>The network that each container is in, and another one.</summary>
    public const string Near = "near", Far = "far";

    private readonly string _root = Directory.CreateTempSubdirectory("gantry-containers-").FullName;
    private readonly OverlaySnapshotter _snapshots;
    private readonly ImageStore _images;
    private readonly Collector _collector;
    private readonly NetworkController _networks;
    /// <summary>One without layers: to unpack one takes root.</summary>
    private readonly string _image;

    public ContainerFixture()
    {
        _snapshots = new OverlaySnapshotter(_root);
        ContentStore content = new(_root + "/content");
        _collector = new Collector(_root, content, _snapshots);
        _images = new ImageStore(_root, content, _snapshots, _collector, Events);
        _networks = new NetworkController(new NetworkOptions { Directory = _root + "/networks" },
            [new PlainDriver(Near, Near, ownNamespace: false, TimeProvider.System),
                new PlainDriver(Far, Far, ownNamespace: false, TimeProvider.System)]);
        _networks.StartAsync(default).GetAwaiter().GetResult();
        Options = new ContainerOptions { DataRoot = _root, ExecRoot = _root + "/run", Runtime = "/nonexistent" };
        Engine = NewEngine();
        _images.Users = Engine.ImageUsers;
        _collector.Register(new ContainerRoots(Engine.Store));
        _collector.Start();
        _image = new ImageLoad(_images).Run(new MemoryStream(ImageFixture.DockerArchive("empty:1")), quiet: true, _ => { }, default)[0].Id;
    }

    public EventBus Events { get; } = new();
    public FakeSupervisors Supervisors { get; } = new();
    public StoppedClock Clock { get; } = new();
    public ContainerOptions Options { get; }
    public ContainerEngine Engine { get; }

    private ContainerEngine NewEngine() => new(Options, _images, _snapshots, new VolumeStore(_root + "/volumes", Events),
        _networks, Events, NullLogger<ContainerEngine>.Instance, supervisors: Supervisors, time: Clock);

    /// <summary>What the next daemon finds when this one is killed now. Those that run live on.</summary>
    /// <param name="sockets">False: nothing leads to them.</param>
    public async Task<ContainerEngine> NextAsync(CancellationToken cancellation, bool sockets = true)
    {
        foreach (Container container in Engine.Store.All.Where(one => sockets && one.Status.Running))
            File.WriteAllText(container.Paths.Socket, "");
        ContainerEngine next = NewEngine();
        await next.Restore.RunAsync(cancellation);
        return next;
    }

    public Container Add(string name, string restartPolicy = "no")
    {
        string id = RandomId.New();
        HostConfig host = new() { NetworkMode = Near, IpcMode = "private" };
        host.RestartPolicy.Name = restartPolicy;
        host.LogConfig.Type = "json-file";
        Container container = new(new ContainerRecord
        {
            Id = id, Name = name, Created = DateTimeOffset.UnixEpoch, Path = "true", Args = [],
            Networks = new Dictionary<string, EndpointSettings> { [Near] = new() }, Config = new ContainerConfig { Tty = true },
            Image = _image, Driver = "overlay2", Mounts = [],
        }, host, Options.PathsOf(id), time: Clock);
        _snapshots.Prepare(id, []);
        Directory.CreateDirectory(container.Paths.Directory);
        container.SaveNew();
        Engine.Store.ReserveName(name, id);
        Engine.Store.Add(container);
        return container;
    }

    public static async Task UntilAsync(Func<bool> condition)
    {
        for (DateTime limit = DateTime.UtcNow.AddSeconds(30); !condition();)
        {
            Assert.True(DateTime.UtcNow < limit, "not in 30 seconds");
            await Task.Delay(5);
        }
    }

    public void Dispose()
    {
        _networks.DisposeAsync().AsTask().GetAwaiter().GetResult();
        _images.Dispose();
        _collector.Dispose();
        _snapshots.Dispose();
        TreeRemoval.Remove(_root);
    }
}
