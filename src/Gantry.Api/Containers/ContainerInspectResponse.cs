using System.Text.Json.Serialization;
using Gantry.Api.Json;
using Gantry.Api.Networks;

namespace Gantry.Api.Containers;

/// <summary>Answer of <c>GET /containers/{id}/json</c>.</summary>
public sealed class ContainerInspectResponse
{
    public string Id { get; set => field = value ?? ""; } = "";
    public string Created { get; set => field = value ?? ""; } = "";
    public string Path { get; set => field = value ?? ""; } = "";
    public List<string> Args { get; set => field = value ?? []; } = [];
    public ContainerState State { get; set => field = value ?? new(); } = new();
    /// <summary>The image's ID.</summary>
    public string Image { get; set => field = value ?? ""; } = "";
    public string ResolvConfPath { get; set => field = value ?? ""; } = "";
    public string HostnamePath { get; set => field = value ?? ""; } = "";
    public string HostsPath { get; set => field = value ?? ""; } = "";
    public string LogPath { get; set => field = value ?? ""; } = "";
    /// <summary>With a leading slash.</summary>
    public string Name { get; set => field = value ?? ""; } = "";
    public int RestartCount { get; set; }
    public string Driver { get; set => field = value ?? ""; } = "";
    public string Platform { get; set => field = value ?? ""; } = "";
    public string MountLabel { get; set => field = value ?? ""; } = "";
    public string ProcessLabel { get; set => field = value ?? ""; } = "";
    public string AppArmorProfile { get; set => field = value ?? ""; } = "";
    /// <summary>Null when nothing was ever executed.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public List<string>? ExecIDs { get; set; }
    public HostConfig HostConfig { get; set => field = value ?? new(); } = new();
    public GraphDriver? GraphDriver { get; set; }
    public long? SizeRw { get; set; }
    public long? SizeRootFs { get; set; }
    public List<MountPoint> Mounts { get; set => field = value ?? []; } = [];
    public ContainerConfig Config { get; set => field = value ?? new(); } = new();
    public NetworkSettings NetworkSettings { get; set => field = value ?? new(); } = new();
}

public sealed class ContainerState
{
    /// <summary><c>created</c>, <c>running</c>, <c>paused</c>, <c>restarting</c>, <c>removing</c>, <c>exited</c> or <c>dead</c>.</summary>
    public string Status { get; set => field = value ?? ""; } = "";
    public bool Running { get; set; }
    public bool Paused { get; set; }
    public bool Restarting { get; set; }
    public bool OOMKilled { get; set; }
    public bool Dead { get; set; }
    public int Pid { get; set; }
    public int ExitCode { get; set; }
    public string Error { get; set => field = value ?? ""; } = "";
    public string StartedAt { get; set => field = value ?? ""; } = WireTime.Never;
    public string FinishedAt { get; set => field = value ?? ""; } = WireTime.Never;
    public ContainerHealth? Health { get; set; }
}

public sealed class ContainerHealth
{
    /// <summary><c>starting</c>, <c>healthy</c> or <c>unhealthy</c>.</summary>
    public string Status { get; set => field = value ?? ""; } = "";
    public int FailingStreak { get; set; }
    public List<HealthcheckResult> Log { get; set => field = value ?? []; } = [];
}

public sealed class HealthcheckResult
{
    public string Start { get; set => field = value ?? ""; } = "";
    public string End { get; set => field = value ?? ""; } = "";
    public int ExitCode { get; set; }
    public string Output { get; set => field = value ?? ""; } = "";
}

/// <summary>Where a container's or an image's layers are.</summary>
public sealed class GraphDriver
{
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public Dictionary<string, string>? Data { get; set; }
    public string Name { get; set => field = value ?? ""; } = "";
}
