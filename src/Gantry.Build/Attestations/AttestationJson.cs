using System.Text.Json.Serialization;

namespace Gantry.Build.Attestations;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(InTotoStatement<ProvenanceV02>))]
[JsonSerializable(typeof(InTotoStatement<ProvenanceV1>))]
[JsonSerializable(typeof(InTotoStatement<SpdxDocument>))]
internal sealed partial class AttestationJson : JsonSerializerContext;
