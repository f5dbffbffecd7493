using System.Text.Json.Serialization;
using Gantry.Oci.Image;

namespace Gantry.Build.Attestations;

/// <summary>in-toto's statement: something that is said of something.</summary>
internal sealed record InTotoStatement<T>
{
    [JsonPropertyName("_type")] public string Type { get; init; } = "https://in-toto.io/Statement/v0.1";
    public required string PredicateType { get; init; }
    public required IReadOnlyList<StatementSubject> Subject { get; init; }
    public required T Predicate { get; init; }
}

/// <summary>What it is said of.</summary>
internal sealed record StatementSubject
{
    public required string Name { get; init; }
    public required IReadOnlyDictionary<string, string> Digest { get; init; }
}

internal static class InTotoStatements
{
    private const string Nameless = "_";

    /// <param name="manifest">Digest of the image's manifest.</param>
    public static InTotoStatement<T> Of<T>(string predicateType, T predicate, AttestedBuild build, string manifest)
    {
        Dictionary<string, string> digest = new() { ["sha256"] = Digest.Hex(manifest) };
        IEnumerable<string> names = build.Names.Select(name => PackageAddress.OfImage(name, build.Platform));
        return new InTotoStatement<T>
        {
            PredicateType = predicateType, Predicate = predicate,
            Subject = [.. names.DefaultIfEmpty(Nameless).Select(name => new StatementSubject { Name = name, Digest = digest })],
        };
    }
}
