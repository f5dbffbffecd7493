using System.Text.Json.Serialization;

namespace Gantry.Api.Builds;

/// <summary>One record of the build cache, in <c>GET /system/df</c>.</summary>
public sealed class BuildCache
{
    public string ID { get; set => field = value ?? ""; } = "";
    /// <summary>In place of <see cref="Parents"/> before API 1.42.</summary>
    public string? Parent { get; set; }
    public List<string>? Parents { get; set; }
    public string Type { get; set => field = value ?? ""; } = "";
    public string Description { get; set => field = value ?? ""; } = "";
    public bool InUse { get; set; }
    /// <summary>Its bytes are somebody else's too, and counted there.</summary>
    public bool Shared { get; set; }
    public long Size { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
    /// <summary>Null for never.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public DateTimeOffset? LastUsedAt { get; set; }
    public int UsageCount { get; set; }
}

/// <summary>Answer of <c>POST /build/prune</c>.</summary>
public sealed class BuildPruneResponse
{
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public List<string>? CachesDeleted { get; set; }
    public long SpaceReclaimed { get; set; }
}

/// <summary>The line of a build's stream that names what was made, for programs.</summary>
public sealed class BuildResultMessage
{
    [JsonPropertyName("aux")] public BuildResult? Aux { get; set; }
}

/// <summary>The lines of a build's stream for a client with a session: how far it is, and at the end what was made.</summary>
public sealed class BuildTraceMessage
{
    [JsonPropertyName("id")] public string Id { get; set => field = value ?? ""; } = "";
    /// <summary>BuildKit's message <c>StatusResponse</c>.</summary>
    [JsonPropertyName("aux")] public byte[]? Aux { get; set; }
}

/// <summary>The line of a build's stream that names the image, for a client with a session.</summary>
public sealed class BuildImageMessage
{
    [JsonPropertyName("id")] public string Id { get; set => field = value ?? ""; } = "";
    [JsonPropertyName("aux")] public BuildResult? Aux { get; set; }
}

public sealed class BuildResult
{
    public string ID { get; set => field = value ?? ""; } = "";
    /// <summary>Of the index, where there is one; gantryd alone.</summary>
    public string? Index { get; set; }
    /// <summary>A piece of the archive of a build that gives files; gantryd alone.</summary>
    public byte[]? Files { get; set; }
    /// <summary>How far it is, for who has asked for it by <c>vertices</c>. Ours, not Docker's.</summary>
    public BuildProgress? Progress { get; set; }
    /// <summary>A piece of the archive of the cache that was asked for; gantryd alone.</summary>
    public byte[]? Cache { get; set; }
    /// <summary>What the checks of the Dockerfile have found, for who has asked for it by <c>checks</c>. Ours, not Docker's.</summary>
    public List<BuildCheckWarning>? Warnings { get; set; }
}
