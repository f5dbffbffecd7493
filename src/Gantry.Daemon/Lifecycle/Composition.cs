using Gantry.Daemon.Build;
using Gantry.Daemon.Configuration;
using Gantry.Daemon.Containers;
using Gantry.Daemon.Events;
using Gantry.Daemon.Execs;
using Gantry.Daemon.Host;
using Gantry.Daemon.Http;
using Gantry.Daemon.Images;
using Gantry.Daemon.Networks;
using Gantry.Daemon.Plugins;
using Gantry.Daemon.Swarm;
using Gantry.Daemon.Volumes;
using Gantry.Engine.Events;

namespace Gantry.Daemon.Lifecycle;

/// <summary>The engine, put together: each noun in its own file, each built on those above it.</summary>
internal sealed class Composition
{
    private readonly ExecPart _execs;

    public Composition(LiveOptions options, ILoggerFactory logging)
    {
        Ground = new Foundations(options, new EventBus(), new PendingSaves(), logging);
        Volumes = new VolumePart(Ground);
        Images = new ImagePart(Ground);
        Networks = new NetworkPart(Ground);
        Containers = new ContainerPart(Ground, Images, Volumes, Networks);
        Builds = new BuildPart(Ground, Images, Networks, Containers);
        _execs = new ExecPart(Ground, Containers);
        Host = new HostPart(Ground, Images, Volumes, Networks, Containers, Builds);
    }

    public Foundations Ground { get; }
    public VolumePart Volumes { get; }
    public ImagePart Images { get; }
    public NetworkPart Networks { get; }
    public ContainerPart Containers { get; }
    public BuildPart Builds { get; }
    public HostPart Host { get; }

    public Router Routes()
    {
        Router router = new();
        Host.Map(router);
        new EventRoutes(Ground.Events, Ground.Time).Map(router);
        Containers.Map(router);
        _execs.Map(router);
        Volumes.Map(router);
        Networks.Map(router);
        Images.Map(router);
        SwarmRoutes.Map(router);
        PluginRoutes.Map(router);
        Builds.Map(router);
        return router;
    }
}
