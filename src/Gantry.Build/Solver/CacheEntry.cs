using System.Text.Json.Serialization;

namespace Gantry.Build.Solver;

/// <summary>What came out of a step, for whoever has the same step again; its file is called by its key.</summary>
public sealed record CacheEntry
{
    [JsonIgnore] public string Key { get; init; } = "";
    /// <summary>The instruction as it was written.</summary>
    public required string Title { get; init; }
    /// <summary>The kind of a step in Docker's words.</summary>
    public string Kind { get; init; } = "regular";
    /// <summary>Chain ID of what it stands on; null for nothing.</summary>
    public string? Below { get; init; }
    /// <summary>Chain ID of what it gave; null where it gave no layer.</summary>
    public string? Chain { get; init; }
    public string? DiffId { get; init; }
    /// <summary>Length of the layer's archive in bytes.</summary>
    public long ArchiveSize { get; init; }
    /// <summary>Bytes in the files of the layer.</summary>
    public long Size { get; init; }
    public required DateTimeOffset Created { get; init; }
    public DateTimeOffset? LastUsed { get; init; }
    public int Uses { get; init; }
    /// <summary>The boot whose power loss it would not survive; null once it would.</summary>
    public string? UnsyncedSince { get; init; }
}

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(CacheEntry))]
internal sealed partial class CacheJson : JsonSerializerContext;
