using System.Text.Json;
using Gantry.Registry;

namespace Gantry.Daemon.Build;

/// <summary>What the client of a session wants of a build's result.</summary>
internal sealed record SessionOutput(SessionOutputKind Kind, IReadOnlyList<Reference> Names)
{
    /// <exception cref="GantryException">Invalid: several, one that is not known, or an attribute of it that is not.</exception>
    public static SessionOutput Read(string json, IReadOnlyList<Reference> names)
    {
        if (json.Length == 0) return new SessionOutput(SessionOutputKind.Image, names);
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            JsonElement all = document.RootElement;
            if (all.ValueKind == JsonValueKind.Null || all.GetArrayLength() == 0) return new SessionOutput(SessionOutputKind.Image, names);
            if (all.GetArrayLength() > 1) throw GantryException.Invalid("multiple outputs not supported");
            string type = all[0].GetProperty("Type").GetString() ?? "";
            Dictionary<string, string> attributes = [];
            if (all[0].TryGetProperty("Attrs", out JsonElement given) && given.ValueKind != JsonValueKind.Null)
                foreach (JsonProperty attribute in given.EnumerateObject()) attributes[attribute.Name] = attribute.Value.GetString() ?? "";
            return Of(type, attributes, names);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            throw GantryException.Invalid("error reading outputs");
        }
    }

    /// <inheritdoc cref="Read"/>
    public static SessionOutput Of(string type, IReadOnlyDictionary<string, string> attributes, IReadOnlyList<Reference> names)
    {
        SessionOutputKind kind = type switch
        {
            "moby" or "image" => SessionOutputKind.Image, "local" => SessionOutputKind.Directory, "tar" => SessionOutputKind.Archive,
            _ => throw GantryException.Invalid($"exporter \"{type}\" could not be found"),
        };
        List<Reference> all = [.. names];
        foreach ((string name, string value) in attributes)
        {
            if (name == "name" && kind == SessionOutputKind.Image)
                all.AddRange(value.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(BuildQuery.Name));
            // The client says so of what it does itself.
            else if (name != "dest") throw GantryException.Unsupported($"{name} of an output of type {type} is not supported");
        }
        return new SessionOutput(kind, [.. all.Distinct()]);
    }
}

internal enum SessionOutputKind
{
    /// <summary>In the store.</summary>
    Image,
    /// <summary>Its files, one by one, at the client.</summary>
    Directory,
    /// <summary>Its files as one archive at the client.</summary>
    Archive,
}
