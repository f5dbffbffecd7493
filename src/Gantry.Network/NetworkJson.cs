using System.Text.Json.Serialization;

namespace Gantry.Network;

[JsonSerializable(typeof(NetworkRecord))]
[JsonSerializable(typeof(Endpoint))]
[JsonSerializable(typeof(IReadOnlyList<Endpoint>))]
[JsonSourceGenerationOptions(WriteIndented = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true)]
public sealed partial class NetworkJson : JsonSerializerContext;
