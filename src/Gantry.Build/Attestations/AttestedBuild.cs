namespace Gantry.Build.Attestations;

/// <summary>What there is to say of one build of an image for one platform.</summary>
public sealed record AttestedBuild
{
    /// <summary>Names of the image, as people write them.</summary>
    public required IReadOnlyList<string> Names { get; init; }
    /// <summary>That it is for.</summary>
    public required string Platform { get; init; }
    /// <summary>That it was built on.</summary>
    public required string Host { get; init; }
    /// <summary>Path of the Dockerfile in its context, and its text.</summary>
    public required string Path { get; init; }
    public required string Dockerfile { get; init; }
    /// <summary>The address of the context; empty for one of the client's own.</summary>
    public string Remote { get; init; } = "";
    public IReadOnlyDictionary<string, string> Arguments { get; init; } = new Dictionary<string, string>();
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();
    /// <summary>Empty for the last stage.</summary>
    public string Target { get; init; } = "";
    public IReadOnlyList<AttestedGift> Secrets { get; init; } = [];
    public IReadOnlyList<AttestedGift> Agents { get; init; } = [];
    public IReadOnlyList<AttestedMaterial> Materials { get; init; } = [];
    public required DateTimeOffset Started { get; init; }
    public required DateTimeOffset Finished { get; init; }
    /// <summary>By chance.</summary>
    public required string Invocation { get; init; }
}

/// <summary>A secret or an agent, by its name.</summary>
public sealed record AttestedGift(string Id, bool IsRequired);

/// <summary>An image that something was taken from.</summary>
/// <param name="Name">As people write it, with a tag.</param>
/// <param name="Digest">Of its manifest.</param>
public sealed record AttestedMaterial(string Name, string Platform, string Digest);
