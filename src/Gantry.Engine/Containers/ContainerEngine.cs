using Gantry.Engine.Events;
using Gantry.Engine.Images;
using Gantry.Engine.Volumes;
using Gantry.Network;
using Gantry.Storage.Snapshots;
using Microsoft.Extensions.Logging;

namespace Gantry.Engine.Containers;

/// <summary>What containers can do; one file a verb.</summary>
/// <remarks>
/// There is no lock over all containers: an operation holds the gate of the container it changes, and nothing else.
/// Reading (list, inspect, logs) takes no gate, so that one stuck container never blocks them.
/// </remarks>
public sealed partial class ContainerEngine(ContainerOptions options, ImageStore images, ISnapshotter snapshots, VolumeStore volumes,
    NetworkController networks, EventBus events, ILogger<ContainerEngine> log, PendingSaves? saves = null) : IImageUsers
{
    private readonly CgroupSupport _support = CgroupSupport.Read();

    public ContainerStore Store { get; } = new();

    private ContainerPaths PathsOf(string id) => new(options.DataRoot, options.ExecRoot, id);

    private void Publish(Container container, string action, params ReadOnlySpan<(string Key, string Value)> attributes)
    {
        Dictionary<string, string> all =
            new(container.Record.Config.Labels ?? []) { ["image"] = container.Record.Config.Image ?? "", ["name"] = container.Name };
        foreach ((string key, string value) in attributes) all[key] = value;
        events.Publish("container", action, container.Id, all);
    }
}

/// <summary>What the daemon's configuration says about containers.</summary>
public sealed record ContainerOptions
{
    public required string DataRoot { get; init; }
    public required string ExecRoot { get; init; }
    /// <summary>The <c>gantry-runtime</c> program.</summary>
    public required string Runtime { get; init; }
    /// <summary>Other runtimes by name, with their programs.</summary>
    public IReadOnlyDictionary<string, string> Runtimes { get; init; } = new Dictionary<string, string>();
    /// <summary>Name of the runtime used without <c>--runtime</c>; <c>gantry</c> is our own.</summary>
    public string DefaultRuntime { get; init; } = OwnRuntime;
    public string CgroupParent { get; init; } = "/gantry";
    public string LogDriver { get; init; } = "json-file";
    public IReadOnlyDictionary<string, string> LogOptions { get; init; } = new Dictionary<string, string>();
    public IReadOnlyList<string> Dns { get; init; } = [];
    public IReadOnlyList<string> DnsSearch { get; init; } = [];
    public IReadOnlyList<string> DnsOptions { get; init; } = [];
    public IReadOnlyList<Oci.Runtime.OciRlimit> DefaultRlimits { get; init; } = [];
    public string? InitBinary { get; init; }
    public long ShmSize { get; init; } = 64L << 20;

    public const string OwnRuntime = "gantry";
}
