using System.Text.Json.Serialization.Metadata;
using Gantry.Api.Client;
using Gantry.Api.Containers;
using Gantry.Api.Images;
using Gantry.Api.Networks;
using Gantry.Api.Volumes;
using Gantry.Api.Wire;

namespace Gantry.Cli.Inspection;

/// <summary>A kind of object that can be described.</summary>
/// <param name="Name">As <c>--type</c> takes it.</param>
/// <param name="Fetch">The description of one object as JSON; the flag asks for sizes.</param>
/// <param name="Type">The description's type.</param>
internal sealed record InspectedType(string Name, Func<ApiClient, string, bool, byte[]> Fetch, Func<JsonTypeInfo> Type)
{
    public static readonly InspectedType Container =
        new("container", (client, name, size) => client.Containers.InspectJson(name, size), () => ApiJson.Default.ContainerInspectResponse);
    public static readonly InspectedType Image =
        new("image", (client, name, _) => client.Images.InspectJson(name), () => ApiJson.Default.ImageInspect);
    public static readonly InspectedType Network =
        new("network", (client, name, _) => client.Networks.InspectJson(name), () => ApiJson.Default.NetworkInspect);
    public static readonly InspectedType Volume =
        new("volume", (client, name, _) => client.Volumes.InspectJson(name), () => ApiJson.Default.Volume);

    /// <summary>In the order in which a bare name is looked up.</summary>
    public static readonly InspectedType[] All = [Container, Image, Network, Volume];
}
