using System.Text.Json.Serialization;

namespace Gantry.Api.Images;

/// <summary>One line of a progress stream (load, import, pull, push, build).</summary>
public sealed class JsonMessage
{
    [JsonPropertyName("stream")] public string? Stream { get; set; }
    [JsonPropertyName("status")] public string? Status { get; set; }
    [JsonPropertyName("progressDetail")] public ProgressDetail? ProgressDetail { get; set; }
    /// <summary>The bar as text, for clients that do not draw it themselves.</summary>
    [JsonPropertyName("progress")] public string? Progress { get; set; }
    [JsonPropertyName("id")] public string? Id { get; set; }
    [JsonPropertyName("from")] public string? From { get; set; }
    [JsonPropertyName("time")] public long? Time { get; set; }
    [JsonPropertyName("timeNano")] public long? TimeNano { get; set; }
    [JsonPropertyName("errorDetail")] public ErrorDetail? ErrorDetail { get; set; }
    [JsonPropertyName("error")] public string? Error { get; set; }
    /// <summary>What a push made, for programs.</summary>
    [JsonPropertyName("aux")] public PushResult? Aux { get; set; }
}

public sealed class PushResult
{
    public string Tag { get; set => field = value ?? ""; } = "";
    public string Digest { get; set => field = value ?? ""; } = "";
    public long Size { get; set; }
}

public sealed class ProgressDetail
{
    [JsonPropertyName("current")] public long? Current { get; set; }
    [JsonPropertyName("total")] public long? Total { get; set; }
    [JsonPropertyName("start")] public long? Start { get; set; }
    [JsonPropertyName("hidecounts")] public bool? HideCounts { get; set; }
    [JsonPropertyName("units")] public string? Units { get; set; }
}

public sealed class ErrorDetail
{
    [JsonPropertyName("code")] public int? Code { get; set; }
    [JsonPropertyName("message")] public string Message { get; set => field = value ?? ""; } = "";
}
