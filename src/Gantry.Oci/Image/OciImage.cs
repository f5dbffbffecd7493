using System.Text.Json.Serialization;

namespace Gantry.Oci.Image;

/// <summary>The image configuration: image-spec "config.md", with the fields that Docker adds.</summary>
/// <remarks>An image's identifier is the digest of these bytes as they came;
/// they are kept and never written again from this type.</remarks>
public sealed record OciImage
{
    [JsonPropertyName("created")] public DateTimeOffset? Created { get; init; }
    [JsonPropertyName("author")] public string? Author { get; init; }
    [JsonPropertyName("architecture")] public string? Architecture { get; init; }
    [JsonPropertyName("variant")] public string? Variant { get; init; }
    [JsonPropertyName("os")] public string? Os { get; init; }
    [JsonPropertyName("os.version")] public string? OsVersion { get; init; }
    [JsonPropertyName("os.features")] public IReadOnlyList<string>? OsFeatures { get; init; }
    [JsonPropertyName("config")] public ImageConfig? Config { get; init; }
    [JsonPropertyName("rootfs")] public ImageRootFs? RootFs { get; init; }
    [JsonPropertyName("history")] public IReadOnlyList<ImageHistory>? History { get; init; }

    /// <summary>Docker's own: a remark given at commit or import.</summary>
    [JsonPropertyName("comment")] public string? Comment { get; init; }
    /// <summary>Docker's own: the version of the engine that made it.</summary>
    [JsonPropertyName("docker_version")] public string? DockerVersion { get; init; }
    /// <summary>Docker's own: the container from which it was committed.</summary>
    [JsonPropertyName("container")] public string? Container { get; init; }
}

/// <summary>The layers of an image, bottom first.</summary>
public sealed record ImageRootFs
{
    /// <summary>Always <c>layers</c>.</summary>
    [JsonPropertyName("type")] public string Type { get; init; } = "layers";
    /// <summary>Digests of the uncompressed layer archives, bottom first.</summary>
    [JsonPropertyName("diff_ids")] public IReadOnlyList<string>? DiffIds { get; init; }
}

/// <summary>One step of how the image came to be, oldest first.</summary>
public sealed record ImageHistory
{
    [JsonPropertyName("created")] public DateTimeOffset? Created { get; init; }
    [JsonPropertyName("created_by")] public string? CreatedBy { get; init; }
    [JsonPropertyName("author")] public string? Author { get; init; }
    [JsonPropertyName("comment")] public string? Comment { get; init; }
    /// <summary>The step changed the configuration alone and has no layer.</summary>
    [JsonPropertyName("empty_layer"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] public bool EmptyLayer { get; init; }
}
