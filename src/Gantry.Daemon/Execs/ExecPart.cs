using Gantry.Daemon.Containers;
using Gantry.Daemon.Http;
using Gantry.Engine.Execs;

namespace Gantry.Daemon.Execs;

/// <summary>Commands in running containers, and their routes.</summary>
internal sealed class ExecPart(Foundations ground, ContainerPart containers)
{
    private readonly ExecEngine _execs = new(containers.Engine.Store, containers.Settings.DefaultRlimits, ground.Events);

    public void Map(Router router) => new ExecRoutes(_execs).Map(router);
}
