using System.Text.Json.Serialization;

namespace Gantry.Build.Attestations;

// SLSA's two versions, as slsa.dev and BuildKit's documents name their members.

internal sealed record ProvenanceV02
{
    public required ProvenanceBuilder Builder { get; init; }
    public required string BuildType { get; init; }
    public IReadOnlyList<ProvenanceMaterial>? Materials { get; init; }
    public required ProvenanceInvocation Invocation { get; init; }
    public required ProvenanceMetadataV02 Metadata { get; init; }
}

internal sealed record ProvenanceV1
{
    public required ProvenanceDefinition BuildDefinition { get; init; }
    public required ProvenanceRun RunDetails { get; init; }
}

internal sealed record ProvenanceBuilder
{
    public required string Id { get; init; }
}

internal sealed record ProvenanceMaterial
{
    public required string Uri { get; init; }
    public required IReadOnlyDictionary<string, string> Digest { get; init; }
}

internal sealed record ProvenanceInvocation
{
    public required ProvenanceSource ConfigSource { get; init; }
    public required ProvenanceParameters Parameters { get; init; }
    public required ProvenanceEnvironment Environment { get; init; }
}

internal sealed record ProvenanceSource
{
    public string? Uri { get; init; }
    /// <summary>Version 0.2's word for the file.</summary>
    public string? EntryPoint { get; init; }
    /// <summary>Version 1's.</summary>
    public string? Path { get; init; }
}

internal sealed record ProvenanceParameters
{
    public required string Frontend { get; init; }
    public required IReadOnlyDictionary<string, string> Args { get; init; }
    public IReadOnlyList<ProvenanceGift>? Secrets { get; init; }
    public IReadOnlyList<ProvenanceGift>? Ssh { get; init; }
    public IReadOnlyList<ProvenanceName>? Locals { get; init; }
}

internal sealed record ProvenanceGift
{
    public required string Id { get; init; }
    public bool? Optional { get; init; }
}

internal sealed record ProvenanceName
{
    public required string Name { get; init; }
}

internal sealed record ProvenanceEnvironment
{
    public required string Platform { get; init; }
}

internal sealed record ProvenanceMetadataV02
{
    [JsonPropertyName("buildInvocationID")] public required string BuildInvocationId { get; init; }
    public DateTimeOffset BuildStartedOn { get; init; }
    public DateTimeOffset BuildFinishedOn { get; init; }
    public required ProvenanceCompleteness Completeness { get; init; }
    public bool Reproducible { get; init; }
    [JsonPropertyName("https://mobyproject.org/buildkit@v1#metadata")] public ProvenanceDetails? BuildKit { get; init; }
}

/// <summary>Files of a context and of addresses are not listed, so materials are never all.</summary>
internal sealed record ProvenanceCompleteness
{
    public bool Parameters { get; init; }
    public bool Environment { get; init; }
    public bool Materials { get; init; }
}

internal sealed record ProvenanceDetails
{
    public required ProvenanceSources Source { get; init; }
}

internal sealed record ProvenanceSources
{
    public required IReadOnlyList<ProvenanceFile> Infos { get; init; }
}

internal sealed record ProvenanceFile
{
    public required string Filename { get; init; }
    public required string Language { get; init; }
    public required byte[] Data { get; init; }
}

internal sealed record ProvenanceDefinition
{
    public required string BuildType { get; init; }
    public required ProvenanceExternal ExternalParameters { get; init; }
    public required ProvenanceInternal InternalParameters { get; init; }
    public IReadOnlyList<ProvenanceMaterial>? ResolvedDependencies { get; init; }
}

internal sealed record ProvenanceExternal
{
    public required ProvenanceSource ConfigSource { get; init; }
    public required ProvenanceParameters Request { get; init; }
}

internal sealed record ProvenanceInternal
{
    public required string BuilderPlatform { get; init; }
}

internal sealed record ProvenanceRun
{
    public required ProvenanceBuilder Builder { get; init; }
    public required ProvenanceMetadataV1 Metadata { get; init; }
}

internal sealed record ProvenanceMetadataV1
{
    public required string InvocationId { get; init; }
    public DateTimeOffset StartedOn { get; init; }
    public DateTimeOffset FinishedOn { get; init; }
    [JsonPropertyName("buildkit_metadata")] public ProvenanceDetails? Details { get; init; }
    [JsonPropertyName("buildkit_completeness")] public required ProvenanceRequestCompleteness Completeness { get; init; }
    [JsonPropertyName("buildkit_reproducible")] public bool Reproducible { get; init; }
}

/// <inheritdoc cref="ProvenanceCompleteness"/>
internal sealed record ProvenanceRequestCompleteness
{
    public bool Request { get; init; }
    public bool ResolvedDependencies { get; init; }
}
