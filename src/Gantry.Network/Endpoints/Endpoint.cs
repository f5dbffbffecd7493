using Gantry.Network.Ports;

namespace Gantry.Network.Endpoints;

/// <summary>A container's place in a network. The container's own record keeps it; after a daemon restart it is handed back to
/// <see cref="NetworkController.Restore"/>.</summary>
public sealed record Endpoint
{
    public required string Id { get; init; }
    public required string ContainerId { get; init; }
    public string ContainerName { get; init; } = "";
    public required string NetworkId { get; init; }
    public required string NetworkName { get; init; }
    /// <summary>IPv4 address without prefix; empty for <c>host</c> and <c>none</c>.</summary>
    public string Address { get; init; } = "";
    public int PrefixLength { get; init; }
    public string Gateway { get; init; } = "";
    public string Address6 { get; init; } = "";
    public int PrefixLength6 { get; init; }
    public string Gateway6 { get; init; } = "";
    /// <summary><c>02:42:ac:11:00:02</c>; empty for <c>host</c> and <c>none</c>.</summary>
    public string MacAddress { get; init; } = "";
    public IReadOnlyList<string> Aliases { get; init; } = [];
    /// <summary>Name of the interface on the host (the other end is the container's); null when the network has none.</summary>
    public string? HostInterface { get; init; }
    /// <summary>Name of the interface in the container.</summary>
    public string Interface { get; init; } = "eth0";
    /// <summary>Set by <see cref="NetworkController.Publish"/>, emptied by <see cref="NetworkController.Release"/>.</summary>
    public IReadOnlyList<PublishedPort> Ports { get; set; } = [];
}

/// <summary>What a container asks of a network.</summary>
public sealed record EndpointRequest
{
    public string? Address { get; init; }
    public string? Address6 { get; init; }
    public string? MacAddress { get; init; }
    public IReadOnlyList<string> Aliases { get; init; } = [];
    /// <summary>Without the leading slash; error texts and the network's list of containers show it.</summary>
    public string ContainerName { get; init; } = "";
    /// <summary>Which of the container's interfaces this is: 0 is <c>eth0</c>, and has the default route.</summary>
    public int Index { get; init; }
}
