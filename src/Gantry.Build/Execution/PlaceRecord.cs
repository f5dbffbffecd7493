using System.Text.Json.Serialization;

namespace Gantry.Build.Execution;

/// <summary>What is known of a directory that commands keep between builds; beside it, as <c>&lt;name&gt;.json</c>.</summary>
internal sealed record PlaceRecord
{
    /// <summary>Who has asked for it first, in Docker's words.</summary>
    public required string Title { get; init; }
    public required DateTimeOffset Created { get; init; }
    public DateTimeOffset? LastUsed { get; init; }
    public int Uses { get; init; }
}

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(PlaceRecord))]
internal sealed partial class PlaceJson : JsonSerializerContext;
