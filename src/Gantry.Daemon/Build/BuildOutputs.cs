using System.Text.Json;

namespace Gantry.Daemon.Build;

/// <summary>What <c>outputs</c> of a build asks for: an image, or the result's files, which come within the answer.</summary>
internal static class BuildOutputs
{
    /// <exception cref="GantryException">Invalid: no outputs; Unsupported: others than that.</exception>
    public static bool AreFiles(string json)
    {
        if (json.Length == 0) return false;
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            if (document.RootElement.ValueKind == JsonValueKind.Null || document.RootElement.GetArrayLength() == 0) return false;
            if (document.RootElement.GetArrayLength() == 1 && IsArchive(document.RootElement[0])) return true;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw GantryException.Invalid("error reading outputs");
        }
        throw GantryException.Unsupported("of the outputs of a build tar alone is supported, without attributes: others need BuildKit, "
            + "which this engine has not got");
    }

    private static bool IsArchive(JsonElement output)
    {
        string? type = null;
        foreach (JsonProperty field in output.EnumerateObject())
        {
            if (field.Name == "Type") type = field.Value.GetString();
            else if (field.Name != "Attrs") return false;
            else if (field.Value.ValueKind != JsonValueKind.Null && field.Value.EnumerateObject().Any()) return false;
        }
        return type == "tar";
    }
}
