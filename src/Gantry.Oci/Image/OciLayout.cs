using System.Text.Json.Serialization;

namespace Gantry.Oci.Image;

/// <summary>The file <c>oci-layout</c>: image-spec "image-layout.md".</summary>
public sealed record OciLayout
{
    [JsonPropertyName("imageLayoutVersion")] public string ImageLayoutVersion { get; init; } = "1.0.0";
}

/// <summary>Annotations that tools put on the manifests of an image layout.</summary>
public static class LayoutAnnotations
{
    /// <summary>The tag, or with some tools the whole name.</summary>
    public const string RefName = "org.opencontainers.image.ref.name";
    /// <summary>The whole name, by containerd and by Docker since 25.</summary>
    public const string ContainerdName = "io.containerd.image.name";
}

/// <summary>One image in <c>manifest.json</c> of a Docker archive.</summary>
public sealed record DockerArchiveImage
{
    /// <summary>Path of the configuration in the archive.</summary>
    public required string Config { get; init; }
    public IReadOnlyList<string>? RepoTags { get; init; }
    /// <summary>Paths of the layers in the archive, bottom first.</summary>
    public IReadOnlyList<string>? Layers { get; init; }
    /// <summary>Identifier of the image that this one was built on, where both are in the archive.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public string? Parent { get; init; }
    /// <summary>By diff-ID.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, Descriptor>? LayerSources { get; init; }
}
