using System.Text.Json.Serialization;

namespace Gantry.Api.Images;

/// <summary>One entry of <c>GET /images/json</c>.</summary>
public sealed class ImageSummary
{
    /// <summary>How many containers use it; -1 when not counted.</summary>
    public long Containers { get; set; } = -1;
    /// <summary>Seconds since 1970.</summary>
    public long Created { get; set; }
    public string Id { get; set => field = value ?? ""; } = "";
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public Dictionary<string, string>? Labels { get; set; }
    public string ParentId { get; set => field = value ?? ""; } = "";
    /// <summary>Of what its names stand for; since API 1.48.</summary>
    public Descriptor? Descriptor { get; set; }
    /// <summary>Where they were asked for; since API 1.47.</summary>
    public List<ImageManifestSummary>? Manifests { get; set; }
    public List<string> RepoDigests { get; set => field = value ?? []; } = [];
    public List<string> RepoTags { get; set => field = value ?? []; } = [];
    /// <summary>Bytes shared with other images; -1 when not counted.</summary>
    public long SharedSize { get; set; } = -1;
    public long Size { get; set; }
    /// <summary>The same as <see cref="Size"/>; only before API 1.44.</summary>
    public long? VirtualSize { get; set; }
}

/// <summary>One thing that a removal did: exactly one of the two is set.</summary>
public sealed class ImageDeleteResponseItem
{
    public string? Untagged { get; set; }
    public string? Deleted { get; set; }
}

public sealed class ImagesPruneResponse
{
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public List<ImageDeleteResponseItem>? ImagesDeleted { get; set; }
    public long SpaceReclaimed { get; set; }
}

/// <summary>One step of an image, the newest first.</summary>
public sealed class ImageHistory
{
    public string Comment { get; set => field = value ?? ""; } = "";
    /// <summary>Seconds since 1970.</summary>
    public long Created { get; set; }
    public string CreatedBy { get; set => field = value ?? ""; } = "";
    /// <summary><c>&lt;missing&gt;</c> for a step that is no image of its own.</summary>
    public string Id { get; set => field = value ?? ""; } = "";
    public long Size { get; set; }
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public List<string>? Tags { get; set; }
}
