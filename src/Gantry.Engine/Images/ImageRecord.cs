using System.Text.Json.Serialization;
using Gantry.Oci.Image;

namespace Gantry.Engine.Images;

/// <summary>What is kept of an image beyond its blobs: <c>images/&lt;hex of the identifier&gt;.json</c>.
/// Everything else is derived from them.</summary>
public sealed record ImageRecord
{
    public required string Id { get; init; }
    /// <summary>The manifest in the content store; it lists the layer blobs.</summary>
    public required Descriptor Manifest { get; init; }
    /// <summary>What its names stand for besides; null for the image alone.</summary>
    public Descriptor? Index { get; init; }
    public DateTimeOffset? LastTagged { get; init; }
    /// <summary>Its names, <c>docker.io/library/busybox:latest</c>. Read when the file of all names is lost;
    /// null in records of before.</summary>
    public IReadOnlyList<string>? Names { get; init; }
    /// <summary>Set while blobs and layers may still be in memory alone: the boot that wrote them.
    /// After another boot they cannot be trusted.</summary>
    public string? UnsyncedSince { get; init; }
}

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(ImageRecord))]
internal sealed partial class ImageRecordJson : JsonSerializerContext;
