using System.Text.Json.Serialization;

namespace Gantry.Api.Events;

/// <summary>One line of <c>GET /events</c>.</summary>
public sealed class EventMessage
{
    /// <summary>Repeats <see cref="Action"/>; container and image events only, for clients of API 1.21 and older.</summary>
    [JsonPropertyName("status")] public string? LegacyStatus { get; set; }
    [JsonPropertyName("id")] public string? LegacyId { get; set; }
    [JsonPropertyName("from")] public string? LegacyFrom { get; set; }
    /// <summary><c>container</c>, <c>image</c>, <c>network</c>, <c>volume</c>, <c>daemon</c>, …</summary>
    public string Type { get; set => field = value ?? ""; } = "";
    public string Action { get; set => field = value ?? ""; } = "";
    public EventActor Actor { get; set => field = value ?? new(); } = new();
    [JsonPropertyName("scope")] public string? Scope { get; set; }
    /// <summary>Seconds since 1970.</summary>
    [JsonPropertyName("time")] public long Time { get; set; }
    [JsonPropertyName("timeNano")] public long TimeNano { get; set; }
}

public sealed class EventActor
{
    public string ID { get; set => field = value ?? ""; } = "";
    public Dictionary<string, string> Attributes { get; set => field = value ?? []; } = [];
}
