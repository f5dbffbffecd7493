using System.Text.Json;
using Gantry.Build.Attestations.Packages;

namespace Gantry.Build.Attestations;

/// <summary>Tells which packages are in an image: SPDX 2.3 (spdx.github.io), as a statement.</summary>
public static class BillOfMaterials
{
    public const string PredicateType = "https://spdx.dev/Document";

    private const string Document = "SPDXRef-DOCUMENT", Unknown = "NOASSERTION";

    /// <summary>Bytes of a document.</summary>
    private const int Most = 24 << 20;

    /// <param name="tool">Who has looked, with its version: <c>gantry-1.0</c>.</param>
    /// <param name="manifest">Digest of the image's manifest.</param>
    /// <exception cref="GantryException">Invalid: the document would be larger than any is.</exception>
    public static byte[] Write(AttestedBuild build, PackageScan scan, string tool, string manifest)
    {
        InTotoStatement<SpdxDocument> statement = InTotoStatements.Of(PredicateType, Of(build, scan, tool, manifest), build, manifest);
        // Written twice, so that it is in memory once.
        using CountingStream counted = new();
        JsonSerializer.Serialize(counted, statement, AttestationJson.Default.InTotoStatementSpdxDocument);
        if (counted.Length > Most)
            throw GantryException.Invalid($"the packages of the image take {counted.Length} bytes to tell: {Most} are written");
        byte[] content = new byte[counted.Length];
        using MemoryStream written = new(content);
        JsonSerializer.Serialize(written, statement, AttestationJson.Default.InTotoStatementSpdxDocument);
        return content;
    }

    private static SpdxDocument Of(AttestedBuild build, PackageScan scan, string tool, string manifest)
    {
        return new SpdxDocument
        {
            Name = build.Names.Count > 0 ? build.Names[0] : manifest, DocumentNamespace = $"urn:gantry:spdx:{manifest}",
            CreationInfo = new SpdxCreation
            {
                Creators = [$"Tool: {tool}"], Created = build.Finished.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'",
                    System.Globalization.CultureInfo.InvariantCulture),
            },
            Packages = scan.Packages.Select((package, i) => Of(package, scan, i)),
            Relationships = scan.Packages.Select((package, i) => new SpdxRelationship
            {
                SpdxElementId = Document, RelatedSpdxElement = IdOf(package, i), RelationshipType = "DESCRIBES",
            }),
        };
    }

    private static SpdxPackage Of(InstalledPackage package, PackageScan scan, int index) => new()
    {
        Id = IdOf(package, index),
        Name = package.Name, VersionInfo = package.Version,
        Supplier = package.Supplier.Length > 0 ? $"Person: {package.Supplier.Replace('<', '(').Replace('>', ')')}" : Unknown,
        SourceInfo = package.Source.Length > 0 ? $"built from {package.Source}" : null,
        LicenseDeclared = IsLicense(package.License) ? package.License : Unknown,
        ExternalRefs =
        [
            new SpdxReference
            {
                ReferenceCategory = "PACKAGE-MANAGER", ReferenceType = "purl", ReferenceLocator = PackageAddress.Of(package, scan),
            },
        ],
    };

    private static string IdOf(InstalledPackage package, int index) =>
        $"SPDXRef-Package-{package.Kind}-{Bare(package.Name)}-{index.ToString(System.Globalization.CultureInfo.InvariantCulture)}";

    private static string Bare(string name) => string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' ? c : '-'));

    /// <summary>An expression of SPDX's: its readers refuse a document with another one.</summary>
    private static bool IsLicense(string text) => text.Length is > 0 and < 200
        && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '+' or '(' or ')' or ' ')
        && text.Split(' ') is var words && words.Where((_, i) => i % 2 == 1).All(word => word is "AND" or "OR" or "WITH");
}
