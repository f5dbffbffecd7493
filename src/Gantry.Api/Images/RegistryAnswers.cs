using System.Text.Json.Serialization;

namespace Gantry.Api.Images;

/// <summary>One entry of <c>GET /images/search</c>.</summary>
public sealed class SearchResult
{
    [JsonPropertyName("star_count")] public int StarCount { get; set; }
    [JsonPropertyName("is_official")] public bool IsOfficial { get; set; }
    [JsonPropertyName("name")] public string Name { get; set => field = value ?? ""; } = "";
    [JsonPropertyName("is_automated")] public bool IsAutomated { get; set; }
    [JsonPropertyName("description")] public string Description { get; set => field = value ?? ""; } = "";
}

/// <summary>Answer of <c>GET /distribution/{name}/json</c>.</summary>
public sealed class DistributionInspect
{
    public Descriptor Descriptor { get; set => field = value ?? new(); } = new();
    public List<DescriptorPlatform> Platforms { get; set => field = value ?? []; } = [];
}
