using System.Text.Json.Serialization;

namespace Gantry.Storage.Snapshots;

/// <summary>A writable layer; on disk as <c>snapshot.json</c> in its directory.</summary>
/// <remarks>It has no member that must be there, so one that is unknown says that this is something else.</remarks>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record SnapshotRecord
{
    /// <summary>Chain ID of the topmost layer below; null for an empty image.</summary>
    public string? Top { get; init; }
}

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(LayerRecord))]
[JsonSerializable(typeof(SnapshotRecord))]
internal sealed partial class SnapshotJson : JsonSerializerContext;
