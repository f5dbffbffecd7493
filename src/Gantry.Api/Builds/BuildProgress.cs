using System.Text.Json.Serialization;

namespace Gantry.Api.Builds;

/// <summary>How far a build is, step by step, for who has asked for it by <c>vertices</c>: what is new since the last one. The names of its
/// members are those of BuildKit's command line (<c>--progress=rawjson</c>). Ours, not Docker's API's.</summary>
public sealed class BuildProgress
{
    [JsonPropertyName("vertexes")] public List<BuildVertex>? Vertexes { get; set; }
    [JsonPropertyName("statuses")] public List<BuildVertexStatus>? Statuses { get; set; }
    [JsonPropertyName("logs")] public List<BuildVertexLog>? Logs { get; set; }
}

/// <summary>One step, as it is now.</summary>
public sealed class BuildVertex
{
    /// <summary>What it is called in the others.</summary>
    [JsonPropertyName("digest")] public string Digest { get; set => field = value ?? ""; } = "";
    /// <summary>Steps that come before it.</summary>
    [JsonPropertyName("inputs")] public List<string>? Inputs { get; set; }
    /// <summary>For people.</summary>
    [JsonPropertyName("name")] public string Name { get; set => field = value ?? ""; } = "";
    [JsonPropertyName("started")] public DateTimeOffset? Started { get; set; }
    [JsonPropertyName("completed")] public DateTimeOffset? Completed { get; set; }
    [JsonPropertyName("cached"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] public bool Cached { get; set; }
    /// <summary>Why it failed.</summary>
    [JsonPropertyName("error")] public string? Error { get; set; }
}

/// <summary>A part of a step that takes its time.</summary>
public sealed class BuildVertexStatus
{
    [JsonPropertyName("id")] public string Id { get; set => field = value ?? ""; } = "";
    [JsonPropertyName("vertex")] public string Vertex { get; set => field = value ?? ""; } = "";
    [JsonPropertyName("name")] public string? Name { get; set; }
    /// <summary>Bytes; null where it is not known.</summary>
    [JsonPropertyName("total")] public long? Total { get; set; }
    [JsonPropertyName("current")] public long Current { get; set; }
    [JsonPropertyName("timestamp")] public DateTimeOffset Timestamp { get; set; }
    [JsonPropertyName("started")] public DateTimeOffset? Started { get; set; }
    [JsonPropertyName("completed")] public DateTimeOffset? Completed { get; set; }
}

/// <summary>What a step has written.</summary>
public sealed class BuildVertexLog
{
    [JsonPropertyName("vertex")] public string Vertex { get; set => field = value ?? ""; } = "";
    /// <summary>1 for its output, 2 for its errors.</summary>
    [JsonPropertyName("stream")] public int Stream { get; set; }
    [JsonPropertyName("data")] public byte[] Data { get; set => field = value ?? []; } = [];
    [JsonPropertyName("timestamp")] public DateTimeOffset Timestamp { get; set; }
}
