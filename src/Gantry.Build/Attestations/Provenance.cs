using System.Text.Json;
using Gantry.Oci.Image;

namespace Gantry.Build.Attestations;

/// <summary>Tells how an image was built: SLSA's provenance (slsa.dev), with the build's type and parameters named as BuildKit's public
/// documents name them.</summary>
/// <param name="IsMax">With the values of arguments and labels, the names of secrets, and the Dockerfile.</param>
/// <param name="IsV1">In SLSA's version 1, and not 0.2.</param>
public sealed record Provenance(bool IsMax, bool IsV1, string BuilderId, bool IsReproducible)
{
    private const string V02 = "https://slsa.dev/provenance/v0.2", V1 = "https://slsa.dev/provenance/v1";

    private const string TypeV02 = "https://mobyproject.org/buildkit@v1",
        TypeV1 = "https://github.com/moby/buildkit/blob/master/docs/attestations/slsa-definitions.md";

    private const string Frontend = "dockerfile.v0", Digests = "sha256";

    public string PredicateType => IsV1 ? V1 : V02;

    /// <param name="manifest">Digest of the image's manifest.</param>
    public byte[] Write(AttestedBuild build, string manifest) => IsV1
        ? JsonSerializer.SerializeToUtf8Bytes(InTotoStatements.Of(V1, OfV1(build), build, manifest),
            AttestationJson.Default.InTotoStatementProvenanceV1)
        : JsonSerializer.SerializeToUtf8Bytes(InTotoStatements.Of(V02, OfV02(build), build, manifest),
            AttestationJson.Default.InTotoStatementProvenanceV02);

    private ProvenanceV02 OfV02(AttestedBuild build) => new()
    {
        Builder = new ProvenanceBuilder { Id = BuilderId }, BuildType = TypeV02,
        Materials = [.. build.Materials.Select(Material)],
        Invocation = new ProvenanceInvocation
        {
            ConfigSource = new ProvenanceSource { Uri = Remote(build), EntryPoint = build.Path }, Parameters = Parameters(build),
            Environment = new ProvenanceEnvironment { Platform = build.Host },
        },
        Metadata = new ProvenanceMetadataV02
        {
            BuildInvocationId = build.Invocation, BuildStartedOn = build.Started, BuildFinishedOn = build.Finished,
            Completeness = new ProvenanceCompleteness { Parameters = IsMax, Environment = true }, Reproducible = IsReproducible,
            BuildKit = Details(build),
        },
    };

    private ProvenanceV1 OfV1(AttestedBuild build) => new()
    {
        BuildDefinition = new ProvenanceDefinition
        {
            BuildType = TypeV1,
            ExternalParameters = new ProvenanceExternal
            {
                ConfigSource = new ProvenanceSource { Uri = Remote(build), Path = build.Path }, Request = Parameters(build),
            },
            InternalParameters = new ProvenanceInternal { BuilderPlatform = build.Host },
            ResolvedDependencies = [.. build.Materials.Select(Material)],
        },
        RunDetails = new ProvenanceRun
        {
            Builder = new ProvenanceBuilder { Id = BuilderId },
            Metadata = new ProvenanceMetadataV1
            {
                InvocationId = build.Invocation, StartedOn = build.Started, FinishedOn = build.Finished, Details = Details(build),
                Completeness = new ProvenanceRequestCompleteness { Request = IsMax }, Reproducible = IsReproducible,
            },
        },
    };

    private static string? Remote(AttestedBuild build) => build.Remote.Length > 0 ? build.Remote : null;

    private ProvenanceParameters Parameters(AttestedBuild build)
    {
        SortedDictionary<string, string> said = new(StringComparer.Ordinal);
        if (build.Target.Length > 0) said["target"] = build.Target;
        if (IsMax)
        {
            foreach ((string name, string value) in build.Arguments) said[$"build-arg:{name}"] = value;
            foreach ((string name, string value) in build.Labels) said[$"label:{name}"] = value;
        }
        return new ProvenanceParameters
        {
            Frontend = Frontend, Args = said,
            Secrets = IsMax ? Gifts(build.Secrets) : null, Ssh = IsMax ? Gifts(build.Agents) : null,
            Locals = build.Remote.Length > 0 ? null
                : [new ProvenanceName { Name = "context" }, new ProvenanceName { Name = "dockerfile" }],
        };
    }

    private static List<ProvenanceGift>? Gifts(IReadOnlyList<AttestedGift> gifts) => gifts.Count == 0 ? null
        : [.. gifts.Distinct().Select(gift => new ProvenanceGift { Id = gift.Id, Optional = gift.IsRequired ? null : true })];

    private ProvenanceDetails? Details(AttestedBuild build) => !IsMax ? null : new ProvenanceDetails
    {
        Source = new ProvenanceSources
        {
            Infos = [new ProvenanceFile { Filename = build.Path, Language = "Dockerfile", Data = ByteText.Bytes(build.Dockerfile) }],
        },
    };

    private static ProvenanceMaterial Material(AttestedMaterial material) => new()
    {
        Uri = PackageAddress.OfImage(material.Name, material.Platform),
        Digest = new Dictionary<string, string> { [Digests] = Digest.Hex(material.Digest) },
    };
}
