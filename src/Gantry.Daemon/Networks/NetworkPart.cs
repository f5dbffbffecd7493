using Gantry.Daemon.Configuration;
using Gantry.Daemon.Http;
using Gantry.Engine.Networks;
using Gantry.Network;

namespace Gantry.Daemon.Networks;

/// <summary>Networks: what the kernel has of them, and their routes.</summary>
internal sealed class NetworkPart(Foundations ground)
{
    public NetworkController Controller { get; } = new(NetworkSettings.Of(ground.Options.Now) with
    {
        // One whose own is damaged has a new one, and its networks are the old one's.
        Owner = ground.Identity.Damage is null ? ground.Identity.Text : "",
        Saves = ground.Saves,
    });

    public void Map(Router router) => new NetworkRoutes(new NetworkEngine(Controller, ground.Events)).Map(router);
}
