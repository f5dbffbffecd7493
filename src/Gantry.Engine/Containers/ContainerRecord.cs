using System.Text.Json.Serialization;
using Gantry.Api.Containers;
using Gantry.Api.Networks;
using Gantry.Network.Endpoints;

namespace Gantry.Engine.Containers;

/// <summary>A container on disk, <c>containers/&lt;id&gt;/config.v2.json</c>;
/// its <see cref="HostConfig"/> is <c>hostconfig.json</c> beside it.</summary>
public sealed record ContainerRecord
{
    public required string Id { get; init; }
    /// <summary>Without the slash that the wire puts before it.</summary>
    public required string Name { get; set; }
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
    public ContainerStatus Status { get; init; } = new();
    /// <summary>By network name: what was asked for. Replaced as a whole, for others read it meanwhile.</summary>
    public IReadOnlyDictionary<string, EndpointSettings> Networks { get; set; } = new Dictionary<string, EndpointSettings>();
    /// <summary>While it runs: what it got. The networks are told of these again after a restart of the daemon.</summary>
    public IReadOnlyList<Endpoint> Endpoints { get; set; } = [];
    /// <summary>While it runs: the endpoint that has the default route and the published ports; empty when none leads out.</summary>
    public string? Gateway { get; set; }
    /// <summary>While it runs: its files about names and addresses do not say yet what this record says; a daemon that finds it so writes
    /// them.</summary>
    public bool NetworkFilesStale { get; set; }
    public int RestartCount { get; set; }
    /// <summary>Stopped or killed by hand since the last start: <c>unless-stopped</c> and <c>always</c> leave it alone.</summary>
    public bool StoppedByHand { get; set; }
}

/// <summary>What is known of the process. Changed only under the container's gate.</summary>
public sealed record ContainerStatus
{
    public bool Running { get; set; }
    public bool Paused { get; set; }
    /// <summary>Paused by a commit and for that alone: a daemon that dies meanwhile lets it go on when it comes back.</summary>
    public bool PausedForCommit { get; set; }
    public bool Restarting { get; set; }
    public bool OomKilled { get; set; }
    public bool Dead { get; set; }
    /// <summary>Not on disk: what a crash interrupts before its first step, the rename, has not begun.</summary>
    [JsonIgnore]
    public bool RemovalInProgress { get; set; }
    public int Pid { get; set; }
    public int ExitCode { get; set; }
    public string Error { get; set; } = "";
    public DateTimeOffset StartedAt { get; set; }
    public DateTimeOffset FinishedAt { get; set; }

    public string Name => this switch
    {
        { Dead: true } => "dead",
        { RemovalInProgress: true } => "removing",
        { Restarting: true } => "restarting",
        { Paused: true } => "paused",
        { Running: true } => "running",
        { StartedAt: var started } when started == default => "created",
        _ => "exited",
    };
}

/// <summary>One mount of a container besides those that every container has.</summary>
public sealed record ContainerMount
{
    /// <summary><c>bind</c>, <c>volume</c> or <c>tmpfs</c>.</summary>
    public required string Type { get; init; }
    /// <summary>The volume's name.</summary>
    public string? Name { get; init; }
    /// <summary>Path on the host; empty for a tmpfs.</summary>
    public string Source { get; init; } = "";
    public required string Destination { get; init; }
    public string? Driver { get; init; }
    public string Mode { get; init; } = "";
    public bool ReadWrite { get; init; } = true;
    public string Propagation { get; init; } = "";
    /// <summary>Made for this container without a name: goes away with <c>rm -v</c> and <c>--rm</c>.</summary>
    public bool Anonymous { get; init; }
    /// <summary>Copy the image's content at the destination into the volume when that is empty.</summary>
    public bool CopyUp { get; init; }
    /// <summary>Mount options of a tmpfs, such as <c>size=64m</c>.</summary>
    public string? Options { get; init; }
    /// <summary>Create the host path when it is missing, as <c>-v</c> does and <c>--mount</c> does not.</summary>
    public bool CreateSource { get; init; }
    /// <summary>Do not bind what is mounted below the source.</summary>
    public bool NonRecursive { get; init; }
    /// <summary>Read-only, but for what is mounted below the source.</summary>
    public bool WritableBelow { get; init; }
    /// <summary>Read-only with all below it, or no start at all.</summary>
    public bool ReadOnlyBelow { get; init; }
}

/// <summary>What the bundle of a running container has of its records.</summary>
public sealed record ContainerCopy
{
    public required ContainerRecord Record { get; init; }
    public required HostConfig HostConfig { get; init; }
}

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(ContainerRecord))]
[JsonSerializable(typeof(ContainerCopy))]
[JsonSerializable(typeof(HostConfig))]
internal sealed partial class ContainerJson : JsonSerializerContext;
