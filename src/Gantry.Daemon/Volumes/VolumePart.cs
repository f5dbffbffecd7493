using Gantry.Daemon.Http;
using Gantry.Engine.Volumes;

namespace Gantry.Daemon.Volumes;

/// <summary>Volumes: their store and its routes.</summary>
internal sealed class VolumePart(Foundations ground)
{
    public VolumeStore Store { get; } = new(Path.Combine(ground.Options.Now.DataRoot, "volumes"), ground.Events);

    public void Map(Router router) => new VolumeRoutes(Store).Map(router);
}
