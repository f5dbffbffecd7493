using System.Text.Json.Serialization;

namespace Gantry.Build.Attestations;

/// <summary>A document of SPDX 2.3 with packages alone, which are made as they are written.</summary>
internal sealed record SpdxDocument
{
    public string SpdxVersion { get; init; } = "SPDX-2.3";
    public string DataLicense { get; init; } = "CC0-1.0";
    [JsonPropertyName("SPDXID")] public string Id { get; init; } = "SPDXRef-DOCUMENT";
    public required string Name { get; init; }
    public required string DocumentNamespace { get; init; }
    public required SpdxCreation CreationInfo { get; init; }
    public required IEnumerable<SpdxPackage> Packages { get; init; }
    public required IEnumerable<SpdxRelationship> Relationships { get; init; }
}

internal sealed record SpdxCreation
{
    public required IReadOnlyList<string> Creators { get; init; }
    public required string Created { get; init; }
}

internal sealed record SpdxPackage
{
    [JsonPropertyName("SPDXID")] public required string Id { get; init; }
    public required string Name { get; init; }
    public required string VersionInfo { get; init; }
    public required string Supplier { get; init; }
    public string DownloadLocation { get; init; } = "NOASSERTION";
    public bool FilesAnalyzed { get; init; }
    public string? SourceInfo { get; init; }
    public string LicenseConcluded { get; init; } = "NOASSERTION";
    public required string LicenseDeclared { get; init; }
    public string CopyrightText { get; init; } = "NOASSERTION";
    public required IReadOnlyList<SpdxReference> ExternalRefs { get; init; }
}

internal sealed record SpdxReference
{
    public required string ReferenceCategory { get; init; }
    public required string ReferenceType { get; init; }
    public required string ReferenceLocator { get; init; }
}

internal sealed record SpdxRelationship
{
    public required string SpdxElementId { get; init; }
    public required string RelatedSpdxElement { get; init; }
    public required string RelationshipType { get; init; }
}
