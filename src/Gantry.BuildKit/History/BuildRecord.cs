using System.Text.Json.Serialization;

namespace Gantry.BuildKit.History;

/// <summary>What is kept of a build that has ended.</summary>
internal sealed record BuildRecord
{
    public required string Name { get; init; }
    public string Frontend { get; init; } = "";
    public IReadOnlyDictionary<string, string> Options { get; init; } = new Dictionary<string, string>();
    public IReadOnlyList<RecordedExport> Exports { get; init; } = [];
    /// <summary>gRPC's code; 0 where it has succeeded.</summary>
    public int Code { get; init; }
    public string Error { get; init; } = "";
    public DateTimeOffset Created { get; init; }
    /// <summary>Null as long as it goes on.</summary>
    public DateTimeOffset? Completed { get; init; }
    public IReadOnlyDictionary<string, string> Answers { get; init; } = new Dictionary<string, string>();
    /// <summary>It stays, however many come after it.</summary>
    public bool IsPinned { get; init; }
    /// <summary>How often it has changed since it ended.</summary>
    public int Generation { get; init; }
    public int Steps { get; init; }
    public int CachedSteps { get; init; }
    public int CompletedSteps { get; init; }
    public int Warnings { get; init; }
}

internal sealed record RecordedExport(string Type, IReadOnlyDictionary<string, string> Attributes);

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(BuildRecord))]
internal sealed partial class HistoryJson : JsonSerializerContext;
