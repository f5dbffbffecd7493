using System.Text.Json;
using Gantry.Api.Containers;

namespace Gantry.Engine.Containers;

/// <summary>A deep copy by way of the record's own JSON, so that a refused update has changed nothing.</summary>
internal static class HostConfigCopy
{
    public static HostConfig Of(HostConfig host) => JsonSerializer.Deserialize(
        JsonSerializer.SerializeToUtf8Bytes(host, ContainerJson.Default.HostConfig),
        ContainerJson.Default.HostConfig)!;
}
