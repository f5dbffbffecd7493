using System.Text.Json.Serialization;

namespace Gantry.Oci.Image;

/// <summary>An image manifest (image-spec "manifest.md", Docker's schema 2) or an index of them (image-spec "image-index.md",
/// Docker's manifest list).</summary>
/// <remarks>One type reads both: the media type in the document is optional in OCI, and the fields present tell which it is.</remarks>
public sealed record Manifest
{
    [JsonPropertyName("schemaVersion")] public int SchemaVersion { get; init; } = 2;
    [JsonPropertyName("mediaType")] public string? MediaType { get; init; }
    [JsonPropertyName("artifactType")] public string? ArtifactType { get; init; }
    [JsonPropertyName("config")] public Descriptor? Config { get; init; }
    /// <summary>Bottom first.</summary>
    [JsonPropertyName("layers")] public IReadOnlyList<Descriptor>? Layers { get; init; }
    /// <summary>Set in an index alone.</summary>
    [JsonPropertyName("manifests")] public IReadOnlyList<Descriptor>? Manifests { get; init; }
    [JsonPropertyName("subject")] public Descriptor? Subject { get; init; }
    [JsonPropertyName("annotations")] public IReadOnlyDictionary<string, string>? Annotations { get; init; }

    [JsonIgnore] public bool IsIndex => Manifests is not null && Config is null;
}
