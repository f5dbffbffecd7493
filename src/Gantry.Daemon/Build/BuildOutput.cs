using Gantry.BuildKit.Solving;
using Gantry.Registry;

namespace Gantry.Daemon.Build;

/// <summary>What a client wants of a build's result.</summary>
/// <param name="Names">That its image is given.</param>
internal sealed record BuildOutput(BuildOutputKind Kind, IReadOnlyList<Reference> Names)
{
    public const string Split = "platform-split";

    /// <summary>Its number among those that the client has asked for.</summary>
    public int Index { get; init; }

    /// <summary>It goes to the registries of its names too.</summary>
    public bool IsPushed { get; init; }

    public PlacedAnnotations Annotations { get; init; } = PlacedAnnotations.None;

    /// <summary>What the client says that the image is; null for what the build says.</summary>
    public byte[]? Configuration { get; init; }

    /// <summary>Files of each platform go into a directory of its name; null where that depends on whether there are several.</summary>
    public bool? IsSplit { get; init; }

    public bool IsImage => Kind is not (BuildOutputKind.Directory or BuildOutputKind.FileArchive);

    /// <inheritdoc cref="Of(string, IReadOnlyDictionary{string, string}, IReadOnlyList{Reference})"/>
    public static BuildOutput Of(ExportOrder order) => Of(order.Type, order.Attributes, []) with
    {
        Index = order.Index, Configuration = order.Configuration,
    };

    /// <param name="attributes">By BuildKit's names.</param>
    /// <param name="names">Beside those that the attributes have.</param>
    /// <exception cref="GantryException">Invalid: there is no such type, or an attribute makes no sense; Unsupported: an attribute of it
    /// would do nothing.</exception>
    public static BuildOutput Of(string type, IReadOnlyDictionary<string, string> attributes, IReadOnlyList<Reference> names)
    {
        BuildOutput output = new(type switch
        {
            "moby" or "image" => BuildOutputKind.Image, "local" => BuildOutputKind.Directory, "tar" => BuildOutputKind.FileArchive,
            "oci" => BuildOutputKind.ImageArchive, "docker" => BuildOutputKind.DockerArchive,
            _ => throw GantryException.Invalid($"exporter \"{type}\" could not be found"),
        }, names);
        List<Reference> all = [.. names];
        AttributeAnnotations annotations = new();
        foreach ((string name, string value) in attributes)
        {
            if (name == "name" && output.IsImage)
                all.AddRange(value.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(BuildQuery.Name));
            else if ((!output.IsImage || !annotations.Add(name, value)) && !IsUsual(output.Kind, name, value))
                throw GantryException.Unsupported($"{name} of an output of type {type} is not supported");
        }
        bool? isSplit = output.IsImage || !attributes.TryGetValue(Split, out string? split) ? null
            : TruthOf(Split, split);
        bool isPushed = attributes.TryGetValue("push", out string? push) && IsYes("push", push);
        if (isPushed && all.Count == 0) throw GantryException.Invalid("tag is needed when pushing to registry");
        return output with { Names = [.. all.Distinct()], IsPushed = isPushed, IsSplit = isSplit, Annotations = annotations.All };
    }

    /// <param name="areSeveral">Platforms.</param>
    /// <exception cref="GantryException">Unsupported: it is not for several, or cannot be attested.</exception>
    public void RequireFor(bool areSeveral, Attestations attestations)
    {
        if (!IsImage && !attestations.IsEmpty)
            throw GantryException.Unsupported("attestations are of an image, and this build gives files");
        if (Kind == BuildOutputKind.DockerArchive && (areSeveral || !attestations.IsEmpty))
            throw GantryException.Unsupported("docker exporter does not currently support exporting manifest lists: type=oci does");
        if (areSeveral && IsSplit == false)
            throw GantryException.Unsupported($"the files of several platforms go into a directory each: {Split}=false is not supported");
    }

    /// <summary>Whether it says what is so anyway, or is the client's own affair.</summary>
    private static bool IsUsual(BuildOutputKind kind, string name, string value) => name switch
    {
        "dest" => true,
        "push" => kind == BuildOutputKind.Image,
        "unpack" or "store" => kind == BuildOutputKind.Image && IsYes(name, value),
        "tar" => kind is BuildOutputKind.ImageArchive or BuildOutputKind.DockerArchive && IsYes(name, value),
        "mode" => kind == BuildOutputKind.Directory && value == "copy",
        Split => kind is BuildOutputKind.Directory or BuildOutputKind.FileArchive || !IsYes(name, value),
        _ => false,
    };

    /// <summary>A name alone is a yes.</summary>
    private static bool IsYes(string name, string text) => text.Length == 0 || TruthOf(name, text);

    /// <exception cref="GantryException">Invalid: it is neither yes nor no.</exception>
    private static bool TruthOf(string name, string text) =>
        GoBool.Parse(text) ?? throw GantryException.Invalid($"invalid {name}: \"{text}\" is no truth value");
}
