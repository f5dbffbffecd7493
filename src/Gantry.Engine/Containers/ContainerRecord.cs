using System.Text.Json.Serialization;
using Gantry.Api.Containers;
using Gantry.Api.Networks;
using Gantry.Network.Endpoints;
using Gantry.Network.Ipam;

namespace Gantry.Engine.Containers;

/// <summary>A container on disk, <c>containers/&lt;id&gt;/config.v2.json</c>;
/// its <see cref="HostConfig"/> is <c>hostconfig.json</c> beside it.</summary>
/// <remarks>Never changed, only replaced: who reads it has one moment of the container, without waiting for anybody.
/// A member that the file does not have yet is set to null by the reader, hence the setters.</remarks>
public sealed record ContainerRecord
{
    public required string Id { get; init; }
    /// <summary>Without the slash that the wire puts before it.</summary>
    public required string Name { get; init; }
    public required DateTimeOffset Created { get; init; }
    /// <summary>What the container runs: entrypoint and command joined.</summary>
    public required string Path { get; init; }
    public required IReadOnlyList<string> Args { get; init; }
    public required ContainerConfig Config { get; init; }
    /// <summary>Image identifier, <c>sha256:…</c>.</summary>
    public required string Image { get; init; }
    public required string Driver { get; init; }
    public string? Platform { get; init; }
    public required IReadOnlyList<ContainerMount> Mounts { get; init; }
    public ContainerStatus Status { get; init => field = value ?? new(); } = new();
    /// <summary>By network name: what was asked for.</summary>
    public IReadOnlyDictionary<string, EndpointSettings> Networks { get; init => field = value ?? NoNetworks; } = NoNetworks;
    /// <summary>While it runs: what it got. The networks are told of these again after a restart of the daemon.</summary>
    public IReadOnlyList<Endpoint> Endpoints { get; init => field = value ?? []; } = [];
    /// <summary>While it runs: the endpoint that has the default route and the published ports; empty when none leads out.</summary>
    public string? Gateway { get; init; }
    /// <summary>While it runs: its files about names and addresses do not say yet what this record says; a daemon that finds it so writes
    /// them.</summary>
    public bool NetworkFilesStale { get; init; }
    public int RestartCount { get; init; }
    /// <summary>Stopped or killed by hand since the last start: <c>unless-stopped</c> and <c>always</c> leave it alone.</summary>
    public bool StoppedByHand { get; init; }

    private static readonly IReadOnlyDictionary<string, EndpointSettings> NoNetworks = new Dictionary<string, EndpointSettings>();
}

/// <summary>What the bundle of a running container has of its records.</summary>
public sealed record ContainerCopy
{
    public required ContainerRecord Record { get; init; }
    public required HostConfig HostConfig { get; init; }
}

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, RespectNullableAnnotations = true,
    Converters = [typeof(AddressConverter)])]
[JsonSerializable(typeof(ContainerRecord))]
[JsonSerializable(typeof(ContainerCopy))]
[JsonSerializable(typeof(HostConfig))]
internal sealed partial class ContainerJson : JsonSerializerContext;
