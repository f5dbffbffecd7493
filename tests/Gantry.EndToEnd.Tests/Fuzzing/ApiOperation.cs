using System.Text.Json;
using System.Text.Json.Nodes;

namespace Gantry.EndToEnd.Fuzzing;

/// <summary>One thing that can be asked of the API, as its description has it. Made by scripts/api-operations.</summary>
/// <param name="Path">With its parameters in braces.</param>
/// <param name="Query">Names, and the shape of each value: a type, or the values of an enumeration between bars;
/// in a list when it may come several times.</param>
/// <param name="Body">The same for the fields of a JSON object, a map having the key <c>*</c>; or <c>archive</c>;
/// null without a body.</param>
public sealed record ApiOperation(string Method, string Path, JsonObject? Query, JsonObject? Header, JsonNode? Body)
{
    private static readonly JsonSerializerOptions Names = new() { PropertyNameCaseInsensitive = true };

    public static IReadOnlyList<ApiOperation> All { get; } =
        JsonSerializer.Deserialize<ApiOperation[]>(
            File.ReadAllText(System.IO.Path.Combine(AppContext.BaseDirectory, "Fuzzing/operations.json")), Names)!;

    /// <summary>The same, those more often that make something for others to meet.</summary>
    public static IReadOnlyList<ApiOperation> Weighted { get; } =
        [.. All.SelectMany(operation => Enumerable.Repeat(operation, operation.Weight))];

    private int Weight => Path switch
    {
        "/containers/create" => 12,
        "/containers/{id}/start" or "/containers/{id}/exec" => 6,
        "/networks/create" or "/networks/{id}/connect" or "/volumes/create" or "/commit" or "/exec/{id}/start"
            or "/containers/{id}/update" => 3,
        _ => 1,
    };

    /// <summary>The answer may rightly come late, or go on for ever.</summary>
    public bool MayWait =>
        Path.EndsWith("/wait", StringComparison.Ordinal) || Path.Contains("/attach") || Path.EndsWith("/logs", StringComparison.Ordinal)
        || Path.EndsWith("/stats", StringComparison.Ordinal) || Path is "/events" or "/session" or "/exec/{id}/start";
}
