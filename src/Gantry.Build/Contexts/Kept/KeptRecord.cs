using System.Text.Json.Serialization;

namespace Gantry.Build.Contexts.Kept;

/// <summary>What is known of a kept tree as a whole; <c>record.json</c> beside it.</summary>
internal sealed record KeptRecord
{
    /// <summary>For people, in BuildKit's words.</summary>
    public required string Title { get; init; }
    public required DateTimeOffset Created { get; init; }
    public DateTimeOffset? LastUsed { get; init; }
    public int Uses { get; init; }
    /// <summary>Bytes in its files.</summary>
    public long Size { get; init; }
    /// <summary>The boot in which it was written: nothing of it is synced, so another one may have the half of it.</summary>
    public required string Boot { get; init; }
}

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(KeptRecord))]
internal sealed partial class KeptJson : JsonSerializerContext;
