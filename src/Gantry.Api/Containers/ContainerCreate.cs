using Gantry.Api.Networks;

namespace Gantry.Api.Containers;

/// <summary>Body of <c>POST /containers/create</c>: the configuration with the host's part beside it.</summary>
public sealed class ContainerCreateRequest : ContainerConfig
{
    public HostConfig? HostConfig { get; set; }
    public NetworkingConfig? NetworkingConfig { get; set; }
}

public sealed class NetworkingConfig
{
    /// <summary>Keyed by the network's name or ID.</summary>
    public Dictionary<string, EndpointSettings?>? EndpointsConfig { get; set; }
}

public sealed class ContainerCreateResponse
{
    public string Id { get; set => field = value ?? ""; } = "";
    public List<string> Warnings { get; set => field = value ?? []; } = [];
}
