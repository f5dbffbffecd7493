using Gantry.Api.Networks;
using Gantry.Api.Wire;
using Gantry.Daemon.Http;
using Gantry.Engine;
using Gantry.Engine.Containers;

namespace Gantry.Daemon.Containers;

/// <summary>Containers join networks and leave them: the path is the network's, what changes is the container.</summary>
internal sealed class ConnectRoutes(ContainerEngine containers)
{
    public void Map(Router router)
    {
        router.Post("/networks/{id}/connect", Connect);
        router.Post("/networks/{id}/disconnect", Disconnect);
    }

    private async Task Connect(RequestContext context)
    {
        NetworkConnectRequest request = await context.RequireJsonAsync(ApiJson.Wire.NetworkConnectRequest);
        await containers.Connections.ConnectAsync(context["id"], request.Container, request.EndpointConfig, CancellationToken.None);
    }

    private async Task Disconnect(RequestContext context)
    {
        NetworkDisconnectRequest request = await context.RequireJsonAsync(ApiJson.Wire.NetworkDisconnectRequest);
        await containers.Connections.DisconnectAsync(context["id"], request.Container, request.Force, CancellationToken.None);
    }
}
