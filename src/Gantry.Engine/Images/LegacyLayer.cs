using System.Text.Json.Serialization;
using Gantry.Oci.Image;

namespace Gantry.Engine.Images;

/// <summary>A layer's <c>json</c> in an archive from before Docker 1.10.</summary>
internal sealed record LegacyLayer
{
    [JsonPropertyName("id")] public string? Id { get; init; }
    [JsonPropertyName("parent")] public string? Parent { get; init; }
    [JsonPropertyName("created")] public DateTimeOffset? Created { get; init; }
    [JsonPropertyName("author")] public string? Author { get; init; }
    [JsonPropertyName("comment")] public string? Comment { get; init; }
    [JsonPropertyName("architecture")] public string? Architecture { get; init; }
    [JsonPropertyName("os")] public string? Os { get; init; }
    [JsonPropertyName("config")] public ImageConfig? Config { get; init; }
    [JsonPropertyName("container_config")] public ImageConfig? ContainerConfig { get; init; }
}

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(LegacyLayer))]
internal sealed partial class LegacyJson : JsonSerializerContext;
