using System.Text.Json.Serialization;
using Gantry.Network.Endpoints;
using Gantry.Network.Ipam;

namespace Gantry.Network.Networks;

[JsonSerializable(typeof(NetworkRecord))]
[JsonSerializable(typeof(Endpoint))]
[JsonSerializable(typeof(IReadOnlyList<Endpoint>))]
[JsonSourceGenerationOptions(WriteIndented = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true, Converters = [typeof(AddressConverter), typeof(SubnetConverter)])]
public sealed partial class NetworkJson : JsonSerializerContext;
