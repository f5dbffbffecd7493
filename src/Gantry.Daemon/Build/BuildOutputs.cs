using System.Text.Json;

namespace Gantry.Daemon.Build;

/// <summary>Reads what <c>outputs</c> of a build asks for.</summary>
internal static class BuildOutputs
{
    /// <exception cref="GantryException">Invalid: no outputs; Unsupported: others than that.</exception>
    public static BuildOutput Read(string json)
    {
        if (json.Length == 0) return BuildOutput.Image;
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            if (document.RootElement.ValueKind == JsonValueKind.Null || document.RootElement.GetArrayLength() == 0)
                return BuildOutput.Image;
            string type = document.RootElement.GetArrayLength() == 1 ? TypeOf(document.RootElement[0]) : "";
            if (type == "tar") return BuildOutput.Files;
            if (type is "oci" or "docker") return type == "oci" ? BuildOutput.ImageArchive : BuildOutput.DockerArchive;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw GantryException.Invalid("error reading outputs");
        }
        throw GantryException.Unsupported(
            "of the outputs of a build tar, oci and docker are supported, one of them and without attributes: "
            + "others need BuildKit, which this engine has not got");
    }

    /// <returns>Empty for one that asks for more than a type.</returns>
    private static string TypeOf(JsonElement output)
    {
        string? type = null;
        foreach (JsonProperty field in output.EnumerateObject())
        {
            if (field.Name == "Type") type = field.Value.GetString();
            else if (field.Name != "Attrs") return "";
            else if (field.Value.ValueKind != JsonValueKind.Null && field.Value.EnumerateObject().Any()) return "";
        }
        return type ?? "";
    }
}
