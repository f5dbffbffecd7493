using System.Text.Json.Serialization;
using Gantry.Api.Builds;
using Gantry.Api.Containers;
using Gantry.Api.Images;
using Gantry.Api.Volumes;

namespace Gantry.Api.Host;

/// <summary>Answer of <c>GET /system/df</c>.</summary>
public sealed class DiskUsage
{
    public long LayersSize { get; set; }
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public List<ImageSummary>? Images { get; set; }
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public List<ContainerSummary>? Containers { get; set; }
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public List<Volume>? Volumes { get; set; }
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public List<BuildCache>? BuildCache { get; set; }
    /// <summary>Only before API 1.42.</summary>
    public long? BuilderSize { get; set; }
}
