using System.Text.Json;
using Gantry.Registry;

namespace Gantry.Daemon.Build;

/// <summary>Reads what <c>outputs</c> of a build asks for.</summary>
internal static class BuildOutputs
{
    /// <summary>By a client with a session.</summary>
    /// <exception cref="GantryException">Invalid: no outputs, several, or <inheritdoc cref="BuildOutput.Of"/></exception>
    public static BuildOutput Read(string json, IReadOnlyList<Reference> names) => All(json) switch
    {
        [] => new BuildOutput(BuildOutputKind.Image, names),
        [var (type, attributes)] => BuildOutput.Of(type, attributes, names),
        _ => throw GantryException.Invalid("multiple outputs not supported"),
    };

    /// <summary>By one that gets all within the answer.</summary>
    /// <exception cref="GantryException">Invalid: no outputs; Unsupported: others than that.</exception>
    public static BuildOutput ReadClassic(string json, IReadOnlyList<Reference> names) => All(json) switch
    {
        [] => new BuildOutput(BuildOutputKind.Image, names),
        [(var type and ("tar" or "oci" or "docker"), var attributes)] when attributes.Keys.All(key => key == BuildOutput.Split) =>
            BuildOutput.Of(type, attributes, names),
        _ => throw GantryException.Unsupported(
            "of the outputs of a build tar, oci and docker are supported, one of them and without attributes but platform-split: "
            + "others are for clients with a session, as DOCKER_BUILDKIT=1 makes one"),
    };

    private static List<(string Type, Dictionary<string, string> Attributes)> All(string json)
    {
        if (json.Length == 0) return [];
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            return document.RootElement.ValueKind == JsonValueKind.Null ? [] : [.. document.RootElement.EnumerateArray().Select(One)];
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw GantryException.Invalid("error reading outputs");
        }
    }

    private static (string Type, Dictionary<string, string> Attributes) One(JsonElement output)
    {
        foreach (JsonProperty member in output.EnumerateObject())
            if (member.Name is not ("Type" or "Attrs")) throw GantryException.Invalid($"an output has no {member.Name}");
        Dictionary<string, string> attributes = [];
        if (output.TryGetProperty("Attrs", out JsonElement given) && given.ValueKind != JsonValueKind.Null)
            foreach (JsonProperty attribute in given.EnumerateObject()) attributes[attribute.Name] = attribute.Value.GetString() ?? "";
        return (output.TryGetProperty("Type", out JsonElement type) ? type.GetString() ?? "" : "", attributes);
    }
}
