using System.Text.Json.Serialization;

namespace Gantry.Engine.Volumes;

/// <summary>A directory that outlives its containers. Immutable.</summary>
public sealed record Volume
{
    public const string LocalDriver = "local";
    /// <summary>Marks a volume that was made without a name, so that <c>prune</c> may take it.</summary>
    public const string AnonymousLabel = "com.docker.volume.anonymous";

    public required string Name { get; init; }
    // A record of an earlier version has no driver, and what a record does not have is handed over as null.
    public string Driver { get; init => field = value ?? LocalDriver; } = LocalDriver;
    /// <summary>Its own directory on the host, <c>&lt;data-root&gt;/volumes/&lt;name&gt;/_data</c>, where the driver <c>local</c> has its
    /// content. Not on disk: the data root may move.</summary>
    [JsonIgnore]
    public string Mountpoint { get; init; } = "";
    public required DateTimeOffset CreatedAt { get; init; }
    public IReadOnlyDictionary<string, string> Labels { get; init => field = value ?? Nothing; } = Nothing;
    /// <summary>The driver's. Of <c>local</c>: <c>type</c>, <c>device</c> and <c>o</c> of a file system that is mounted at
    /// <see cref="Mountpoint"/> while a container uses it.</summary>
    public IReadOnlyDictionary<string, string> Options { get; init => field = value ?? Nothing; } = Nothing;

    private static readonly Dictionary<string, string> Nothing = [];

    [JsonIgnore]
    public bool Anonymous => Labels.ContainsKey(AnonymousLabel);
}

/// <summary>What is asked of a new volume.</summary>
public sealed record VolumeRequest
{
    /// <summary>Empty: make up a name (64 hexadecimal digits) and mark it anonymous.</summary>
    public string Name { get; init; } = "";
    /// <summary>Empty means <c>local</c>.</summary>
    public string Driver { get; init; } = "";
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();
    public IReadOnlyDictionary<string, string> Options { get; init; } = new Dictionary<string, string>();
}

/// <summary>A volume as the disk usage shows it.</summary>
/// <param name="Size">Bytes of its files; -1 where its driver cannot tell.</param>
/// <param name="References">Containers that have it, running or not.</param>
public readonly record struct VolumeUsage(Volume Volume, long Size, int References);

[JsonSourceGenerationOptions(WriteIndented = false, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(Volume))]
internal sealed partial class VolumeJson : JsonSerializerContext;
