using Gantry.Api.Containers;

namespace Gantry.Engine.Containers;

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

    /// <summary>The program of another runtime that a container asks for; null for ours.</summary>
    /// <exception cref="GantryException">InvalidArgument: there is none of that name.</exception>
    public string? RuntimeOf(HostConfig host)
    {
        string name = string.IsNullOrEmpty(host.Runtime) ? DefaultRuntime : host.Runtime;
        if (name == OwnRuntime) return null;
        return Runtimes.TryGetValue(name, out string? program) ? program
            : throw GantryException.Invalid($"unknown or invalid runtime name: {name}");
    }

    public ContainerPaths PathsOf(string id) => new(DataRoot, ExecRoot, id);
}
