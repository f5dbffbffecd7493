using System.Text.Json;
using System.Text.Json.Serialization;

namespace Gantry.Oci.Runtime;

/// <summary>Source-generated JSON of the runtime specification.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    ReadCommentHandling = JsonCommentHandling.Disallow)]
[JsonSerializable(typeof(OciSpec))]
[JsonSerializable(typeof(OciProcess))]
[JsonSerializable(typeof(OciSeccomp))]
[JsonSerializable(typeof(OciResources))]
[JsonSerializable(typeof(OciState))]
public sealed partial class RuntimeJson : JsonSerializerContext;
