using Gantry.Api.Networks;

namespace Gantry.Api.Containers;

/// <summary>One entry of <c>GET /containers/json</c>.</summary>
public sealed class ContainerSummary
{
    public string Id { get; set => field = value ?? ""; } = "";
    /// <summary>Each with a leading slash.</summary>
    public List<string> Names { get; set => field = value ?? []; } = [];
    public string Image { get; set => field = value ?? ""; } = "";
    public string ImageID { get; set => field = value ?? ""; } = "";
    public string Command { get; set => field = value ?? ""; } = "";
    /// <summary>Seconds since 1970.</summary>
    public long Created { get; set; }
    public List<ContainerPort> Ports { get; set => field = value ?? []; } = [];
    public long? SizeRw { get; set; }
    public long? SizeRootFs { get; set; }
    public Dictionary<string, string> Labels { get; set => field = value ?? []; } = [];
    public string State { get; set => field = value ?? ""; } = "";
    /// <summary>For people: <c>Up 5 minutes</c>, <c>Exited (0) 3 hours ago</c>.</summary>
    public string Status { get; set => field = value ?? ""; } = "";
    public SummaryHostConfig HostConfig { get; set => field = value ?? new(); } = new();
    public SummaryNetworkSettings? NetworkSettings { get; set; }
    public List<MountPoint> Mounts { get; set => field = value ?? []; } = [];
}

public sealed class ContainerPort
{
    public string? IP { get; set; }
    public int PrivatePort { get; set; }
    public int? PublicPort { get; set; }
    public string Type { get; set => field = value ?? ""; } = "";
}

public sealed class SummaryHostConfig
{
    public string? NetworkMode { get; set; }
    public Dictionary<string, string>? Annotations { get; set; }
}

public sealed class SummaryNetworkSettings
{
    public Dictionary<string, EndpointSettings?> Networks { get; set => field = value ?? []; } = [];
}
