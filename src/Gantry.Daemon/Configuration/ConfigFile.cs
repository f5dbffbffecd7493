using System.Text.Json;

namespace Gantry.Daemon.Configuration;

/// <summary>Reads <c>daemon.json</c> into the same shape as the command line: options with text values.</summary>
internal static class ConfigFile
{
    /// <returns>The options in the file; empty when it does not exist and nobody asked for it.</returns>
    /// <exception cref="GantryException">InvalidArgument, in dockerd's words where it has some.</exception>
    public static IReadOnlyList<(Option Option, string Value)> Read(string path, bool required)
    {
        if (!File.Exists(path))
            return required
                ? throw GantryException.Invalid($"unable to configure the daemon with file {path}: open {path}: no such file or directory")
                : [];
        try
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path));
            if (document.RootElement.ValueKind != JsonValueKind.Object) throw new JsonException("the file holds no JSON object");
            return Flatten(document.RootElement);
        }
        catch (Exception e) when (Expected.Any(e))
        {
            throw GantryException.Invalid($"unable to configure the daemon with file {path}: {e.Message}");
        }
    }

    private static List<(Option, string)> Flatten(JsonElement root)
    {
        List<(Option, string)> found = [];
        List<string> unknown = [];
        foreach (JsonProperty property in root.EnumerateObject())
        {
            if (property.Name == "proxies")
            {
                found.AddRange(Proxies(property.Value));
                continue;
            }
            Option? option = property.Name.Contains('.') ? null
                : OptionTable.All.FirstOrDefault(candidate => candidate.Key == property.Name);
            if (option is null) unknown.Add(property.Name);
            else if (option.Kind != OptionKind.List && (property.Value.ValueKind is JsonValueKind.Array or JsonValueKind.Object))
                throw GantryException.Invalid($"the value of {property.Name} has the wrong type");
            else found.AddRange(Values(property.Name, property.Value).Select(value => (option, value)));
        }
        return unknown.Count == 0 ? found
            : throw GantryException.Invalid($"the following directives don't match any configuration option: {string.Join(", ", unknown)}");
    }

    /// <summary>An object of its own in the file, three flags on the command line.</summary>
    private static IEnumerable<(Option, string)> Proxies(JsonElement proxies)
    {
        if (proxies.ValueKind != JsonValueKind.Object) throw GantryException.Invalid("the value of proxies has the wrong type");
        foreach (JsonProperty proxy in proxies.EnumerateObject())
        {
            Option option = OptionTable.All.FirstOrDefault(candidate => candidate.Key == $"proxies.{proxy.Name}")
                ?? throw GantryException.Invalid($"the following directives don't match any configuration option: proxies.{proxy.Name}");
            yield return (option, Scalar(option.Key!, proxy.Value));
        }
    }

    private static IEnumerable<string> Values(string key, JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Array => value.EnumerateArray().Select(item => Element(key, item)),
        JsonValueKind.Object => value.EnumerateObject().Select(item => $"{item.Name}={Member(key, item.Value)}"),
        JsonValueKind.Null => [],
        _ => [Scalar(key, value)],
    };

    /// <remarks>A pool of addresses is an object; on the command line it is one word.</remarks>
    private static string Element(string key, JsonElement value) =>
        key == "default-address-pools" && value.ValueKind == JsonValueKind.Object
            ? string.Join(',', value.EnumerateObject().Select(member => $"{member.Name}={Scalar(key, member.Value)}"))
            : Scalar(key, value);

    private static string Scalar(string key, JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.Number => value.GetRawText(),
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        _ => throw GantryException.Invalid($"the value of {key} has the wrong type"),
    };

    /// <remarks>A runtime is an object with a path, a limit one with <c>Soft</c> and <c>Hard</c>;
    /// on the command line both are one word.</remarks>
    private static string Member(string key, JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Object) return Scalar(key, value);
        if (key == "default-ulimits") return $"{Number(key, value, "Soft")}:{Number(key, value, "Hard")}";
        if (key == "runtimes" && value.TryGetProperty("path", out JsonElement path)) return Scalar(key, path);
        if (key == "builder" || key == "features") return value.GetRawText();
        throw GantryException.Invalid($"the value of {key} has the wrong type");
    }

    private static string Number(string key, JsonElement value, string name) =>
        value.TryGetProperty(name, out JsonElement number) && number.ValueKind == JsonValueKind.Number ? number.GetRawText()
            : throw GantryException.Invalid($"a member of {key} has no number {name}");
}
