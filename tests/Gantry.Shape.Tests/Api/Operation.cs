using System.Text.Json;
using System.Text.Json.Nodes;

namespace Gantry.Shape.Api;

/// <summary>One method and path of the API's description, and everything that may be asked with it.</summary>
/// <param name="Path">With its placeholders, <c>/containers/{id}/json</c>.</param>
/// <param name="Body">The shape of its JSON: an object has fields, a list one element, a map the key <c>*</c>; null without a body.</param>
public sealed record Operation(string Method, string Path, IReadOnlyList<string> Query, JsonNode? Body)
{
    /// <summary>As <c>fields.json</c> writes it.</summary>
    public string Name => $"{Method} {Path}";

    /// <summary>Each way into the body that ends in a value, as the properties on it.</summary>
    public IEnumerable<IReadOnlyList<string>> BodyFields => Body is null ? [] : Leaves(Body, []);

    public static IReadOnlyList<Operation> All { get; } =
        [.. JsonNode.Parse(File.ReadAllText(System.IO.Path.Combine(AppContext.BaseDirectory, "Api/operations.json")))!.AsArray()
            .Select(Of)];

    private static Operation Of(JsonNode? node) => new(node!["method"]!.GetValue<string>(), node["path"]!.GetValue<string>(),
        [.. node["query"]?.AsObject().Select(field => field.Key) ?? []],
        node["body"] is { } body && body.GetValueKind() == JsonValueKind.Object ? body : null);

    private static IEnumerable<IReadOnlyList<string>> Leaves(JsonNode shape, IReadOnlyList<string> path) => shape switch
    {
        JsonArray list when list[0] is { } element => Leaves(element, path),
        JsonObject fields => fields.SelectMany(field => Leaves(field.Value!, field.Key == "*" ? path : [.. path, field.Key])),
        _ => [path],
    };
}
