using System.Text.Json;
using Gantry.Registry;

namespace Gantry.Daemon.Build;

/// <summary>What the client of a session wants of a build's result.</summary>
internal sealed record SessionOutput(SessionOutputKind Kind, IReadOnlyList<Reference> Names)
{
    private const string Annotation = "annotation.", OfManifest = "annotation-manifest.";

    /// <summary>Its number among those that the client has asked for.</summary>
    public int Index { get; init; }

    /// <summary>It goes to the registries of its names too.</summary>
    public bool IsPushed { get; init; }

    /// <summary>Of the image's manifest.</summary>
    public IReadOnlyDictionary<string, string> Annotations { get; init; } = new Dictionary<string, string>();

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
            "oci" or "docker" => SessionOutputKind.ImageArchive,
            _ => throw GantryException.Invalid($"exporter \"{type}\" could not be found"),
        };
        bool isImage = kind is SessionOutputKind.Image or SessionOutputKind.ImageArchive;
        List<Reference> all = [.. names];
        Dictionary<string, string> annotations = [];
        foreach ((string name, string value) in attributes)
        {
            if (name == "name" && isImage) all.AddRange(value.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(BuildQuery.Name));
            else if (isImage && AnnotationOf(name) is { } annotation) annotations[annotation] = value;
            else if (!IsUsual(kind, name, value)) throw GantryException.Unsupported($"{name} of an output of type {type} is not supported");
        }
        bool isPushed = attributes.TryGetValue("push", out string? push) && IsYes(push);
        if (isPushed && all.Count == 0) throw GantryException.Invalid("tag is needed when pushing to registry");
        return new SessionOutput(kind, [.. all.Distinct()]) { IsPushed = isPushed, Annotations = annotations };
    }

    private static string? AnnotationOf(string name) => new[] { Annotation, OfManifest }
        .Where(prefix => name.StartsWith(prefix, StringComparison.Ordinal) && name.Length > prefix.Length)
        .Select(prefix => name[prefix.Length..]).FirstOrDefault();

    /// <summary>Whether it says what is so anyway, or is the client's own affair.</summary>
    private static bool IsUsual(SessionOutputKind kind, string name, string value) => name switch
    {
        "dest" => true,
        "push" => kind == SessionOutputKind.Image,
        "unpack" or "store" => kind == SessionOutputKind.Image && IsYes(value),
        "tar" => kind == SessionOutputKind.ImageArchive && IsYes(value),
        "mode" => kind == SessionOutputKind.Directory && value == "copy",
        "platform-split" => !IsYes(value),
        _ => false,
    };

    private static bool IsYes(string text) => text.Length == 0 || GoBool.Parse(text) == true;
}

internal enum SessionOutputKind
{
    /// <summary>In the store.</summary>
    Image,
    /// <summary>Its files, one by one, at the client.</summary>
    Directory,
    /// <summary>Its files as one archive at the client.</summary>
    Archive,
    /// <summary>The image, as an archive at the client: a layout of the OCI's that Docker's load reads too.</summary>
    ImageArchive,
}
