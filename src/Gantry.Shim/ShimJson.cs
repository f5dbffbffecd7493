using System.Text.Json.Serialization;

namespace Gantry.Shim;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(ShimMessage))]
[JsonSerializable(typeof(ShimConfig))]
[JsonSerializable(typeof(ExitStatus))]
public sealed partial class ShimJson : JsonSerializerContext;
