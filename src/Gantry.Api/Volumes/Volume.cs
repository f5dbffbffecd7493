using System.Text.Json;
using System.Text.Json.Serialization;

namespace Gantry.Api.Volumes;

public sealed class Volume
{
    public string? CreatedAt { get; set; }
    public string Driver { get; set => field = value ?? ""; } = "";
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public Dictionary<string, string>? Labels { get; set; }
    public string Mountpoint { get; set => field = value ?? ""; } = "";
    public string Name { get; set => field = value ?? ""; } = "";
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public Dictionary<string, string>? Options { get; set; }
    public string Scope { get; set => field = value ?? ""; } = "";
    public VolumeUsage? UsageData { get; set; }
}

/// <summary>Only in <c>GET /system/df</c>; -1 is not known.</summary>
public sealed class VolumeUsage
{
    public long RefCount { get; set; } = -1;
    public long Size { get; set; } = -1;
}

/// <summary>Body of <c>POST /volumes/create</c>.</summary>
public sealed class VolumeCreateRequest
{
    /// <summary>Null or empty: a random name, and the volume counts as anonymous.</summary>
    public string? Name { get; set; }
    public string? Driver { get; set; }
    public Dictionary<string, string>? DriverOpts { get; set; }
    public Dictionary<string, string>? Labels { get; set; }
    /// <summary>Asks a cluster for the volume; whatever is in it.</summary>
    public JsonElement? ClusterVolumeSpec { get; set; }
}

public sealed class VolumeListResponse
{
    public List<Volume> Volumes { get; set => field = value ?? []; } = [];
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public List<string>? Warnings { get; set; }
}

public sealed class VolumesPruneResponse
{
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public List<string>? VolumesDeleted { get; set; }
    public long SpaceReclaimed { get; set; }
}
