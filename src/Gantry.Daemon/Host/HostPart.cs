using Gantry.Daemon.Build;
using Gantry.Daemon.Containers;
using Gantry.Daemon.Http;
using Gantry.Daemon.Images;
using Gantry.Daemon.Networks;
using Gantry.Daemon.Tracing;
using Gantry.Daemon.Volumes;
using Gantry.Engine.Host;

namespace Gantry.Daemon.Host;

/// <summary>The engine as a whole and the machine that it runs on.</summary>
internal sealed class HostPart(Foundations ground, ImagePart images, VolumePart volumes, NetworkPart networks, ContainerPart containers,
    BuildPart builds)
{
    private readonly Traces _traces = new(ground.Logging.CreateLogger<Traces>());

    /// <summary>The machine.</summary>
    public HostFacts Facts { get; } = HostFacts.Read();

    /// <summary>This engine's UUID, and what is wrong with its file.</summary>
    public EngineIdentity Identity => Damages.Identity;

    public DamageReport Damages { get; } = new(ground.Identity, images, volumes, networks, containers);

    public void Map(Router router)
    {
        PingRoutes.Map(router);
        new VersionRoutes(Facts).Map(router);
        new InfoRoutes(ground, this, images, volumes, networks, containers).Map(router);
        new DiskUsageRoutes(images.Store, volumes.Store, containers.Engine, builds.Cache).Map(router);
        new CheckRoutes(images.Store, containers.Engine, images.Collector, Damages).Map(router);
        new AuthRoutes(images.Registries).Map(router);
        new TraceRoutes(_traces).Map(router);
    }
}
