using System.Text.Json.Serialization;
using Gantry.Network.Endpoints;
using Gantry.Network.Networks;

namespace Gantry.Network;

[JsonSerializable(typeof(NetworkRecord))]
[JsonSerializable(typeof(Endpoint))]
[JsonSerializable(typeof(IReadOnlyList<Endpoint>))]
[JsonSourceGenerationOptions(WriteIndented = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true)]
public sealed partial class NetworkJson : JsonSerializerContext;
