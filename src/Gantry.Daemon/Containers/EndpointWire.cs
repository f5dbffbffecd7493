using Gantry.Api.Containers;
using Gantry.Api.Networks;
using Gantry.Daemon.Http;
using Gantry.Engine.Containers;

namespace Gantry.Daemon.Containers;

/// <summary>A container's networks as each version of the API shows them.</summary>
internal static class EndpointWire
{
    private static readonly ApiVersion WithoutShortId = new(1, 45);

    /// <summary>Among the aliases older clients find the name that every container has in a network of users;
    /// newer ones find it among the DNS names.</summary>
    public static ContainerInspectResponse Shape(ContainerInspectResponse container, ApiVersion version)
    {
        if (version >= WithoutShortId) return container;
        string id = ContainerId.Short(container.Id);
        foreach ((string network, EndpointSettings? endpoint) in container.NetworkSettings.Networks)
        {
            if (endpoint is null || network is "bridge" or "host" or "none" || endpoint.Aliases?.Contains(id) == true) continue;
            endpoint.Aliases = [.. endpoint.Aliases ?? [], id];
        }
        return container;
    }
}
