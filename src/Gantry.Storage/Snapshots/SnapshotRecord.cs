using System.Text.Json.Serialization;

namespace Gantry.Storage;

/// <summary>A writable layer; on disk as <c>snapshot.json</c> in its directory.</summary>
internal sealed record SnapshotRecord
{
    /// <summary>Chain ID of the topmost layer below; null for an empty image.</summary>
    public string? Top { get; init; }
}

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(LayerRecord))]
[JsonSerializable(typeof(SnapshotRecord))]
internal sealed partial class SnapshotJson : JsonSerializerContext;
