using System.Text.Json.Serialization;
using Gantry.Api.Containers;
using Gantry.Api.Json;

namespace Gantry.Api.Images;

/// <summary>Answer of <c>GET /images/{name}/json</c>.</summary>
public sealed class ImageInspect
{
    public string Id { get; set => field = value ?? ""; } = "";
    public List<string> RepoTags { get; set => field = value ?? []; } = [];
    public List<string> RepoDigests { get; set => field = value ?? []; } = [];
    public string Parent { get; set => field = value ?? ""; } = "";
    public string Comment { get; set => field = value ?? ""; } = "";
    public string? Created { get; set; }
    /// <summary>The container that it was committed from; only before API 1.45, as the next.</summary>
    public string? Container { get; set; }
    public ImageConfig? ContainerConfig { get; set; }
    public string DockerVersion { get; set => field = value ?? ""; } = "";
    public string Author { get; set => field = value ?? ""; } = "";
    /// <summary>Before API 1.50 the fields that an image cannot have are present and empty, as in a container's configuration.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public ImageConfig? Config { get; set; }
    public string Architecture { get; set => field = value ?? ""; } = "";
    public string? Variant { get; set; }
    public string Os { get; set => field = value ?? ""; } = "";
    public string? OsVersion { get; set; }
    /// <summary>Bytes of all its layers, unpacked.</summary>
    public long Size { get; set; }
    /// <summary>The same as <see cref="Size"/>; only before API 1.44.</summary>
    public long? VirtualSize { get; set; }
    public GraphDriver? GraphDriver { get; set; }
    public ImageRootFS RootFS { get; set => field = value ?? new(); } = new();
    public ImageMetadata Metadata { get; set => field = value ?? new(); } = new();
    /// <summary>Of what its names stand for; since API 1.48, as the next.</summary>
    public Descriptor? Descriptor { get; set; }
    /// <summary>Where they were asked for.</summary>
    public List<ImageManifestSummary>? Manifests { get; set; }
}

public sealed class ImageRootFS
{
    public string Type { get; set => field = value ?? ""; } = "";
    /// <summary>Diff IDs, the lowest first.</summary>
    public List<string>? Layers { get; set; }
}

public sealed class ImageMetadata
{
    public string LastTagTime { get; set => field = value ?? ""; } = WireTime.Never;
}

/// <summary>What an image says about the containers made from it; the same JSON as in the image's own configuration blob.</summary>
public sealed class ImageConfig
{
    /// <summary>Whether the fields are there, empty, that a container's configuration has and an image's cannot:
    /// before API 1.50 they were.</summary>
    [JsonIgnore] public bool ContainerFields { get; set; }
    public string? Hostname => ContainerFields ? "" : null;
    public string? Domainname => ContainerFields ? "" : null;
    public bool? AttachStdin => ContainerFields ? false : null;
    public bool? AttachStdout => ContainerFields ? false : null;
    public bool? AttachStderr => ContainerFields ? false : null;
    public bool? Tty => ContainerFields ? false : null;
    public bool? OpenStdin => ContainerFields ? false : null;
    public bool? StdinOnce => ContainerFields ? false : null;
    public string? Image => ContainerFields ? "" : null;
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public string? User { get; set; }
    public Dictionary<string, EmptyObject?>? ExposedPorts { get; set; }
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public List<string>? Env { get; set; }
    [JsonIgnore(Condition = JsonIgnoreCondition.Never), JsonConverter(typeof(StringOrListConverter))]
    public List<string>? Entrypoint { get; set; }
    [JsonIgnore(Condition = JsonIgnoreCondition.Never), JsonConverter(typeof(StringOrListConverter))] public List<string>? Cmd { get; set; }
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public Dictionary<string, EmptyObject?>? Volumes { get; set; }
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public string? WorkingDir { get; set; }
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public Dictionary<string, string>? Labels { get; set; }
    public string? StopSignal { get; set; }
    public bool? ArgsEscaped { get; set; }
    public HealthConfig? Healthcheck { get; set; }
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public List<string>? OnBuild { get; set; }
    [JsonConverter(typeof(StringOrListConverter))] public List<string>? Shell { get; set; }
}

/// <summary>A blob by its digest (OCI image-spec, descriptor).</summary>
public sealed class Descriptor
{
    [JsonPropertyName("mediaType")] public string MediaType { get; set => field = value ?? ""; } = "";
    [JsonPropertyName("digest")] public string Digest { get; set => field = value ?? ""; } = "";
    [JsonPropertyName("size")] public long Size { get; set; }
    [JsonPropertyName("urls")] public List<string>? Urls { get; set; }
    [JsonPropertyName("annotations")] public Dictionary<string, string>? Annotations { get; set; }
    [JsonPropertyName("platform")] public DescriptorPlatform? Platform { get; set; }
    [JsonPropertyName("artifactType")] public string? ArtifactType { get; set; }
}

public sealed class DescriptorPlatform
{
    [JsonPropertyName("architecture")] public string Architecture { get; set => field = value ?? ""; } = "";
    [JsonPropertyName("os")] public string Os { get; set => field = value ?? ""; } = "";
    [JsonPropertyName("os.version")] public string? OsVersion { get; set; }
    [JsonPropertyName("os.features")] public List<string>? OsFeatures { get; set; }
    [JsonPropertyName("variant")] public string? Variant { get; set; }
}
