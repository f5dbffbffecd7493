using Gantry.Build.Repositories;

namespace Gantry.Build.Execution;

/// <summary>What the daemon's configuration says that concerns builds.</summary>
public sealed record BuildSettings
{
    /// <summary>Survives a reboot: <c>DATA/build</c>.</summary>
    public required string Directory { get; init; }
    /// <summary>Gone with a reboot, as the processes of steps are: <c>EXEC/builds</c>.</summary>
    public required string RunDirectory { get; init; }
    /// <summary>The program <c>gantry-runtime</c>.</summary>
    public required string Runtime { get; init; }
    /// <summary>State of the runtime.</summary>
    public required string RuntimeRoot { get; init; }
    public string CgroupParent { get; init; } = "/gantry";
    /// <summary>The network of a step that says none: its name.</summary>
    public string DefaultNetwork { get; init; } = "bridge";
    public IReadOnlyList<string> Dns { get; init; } = [];
    public IReadOnlyList<string> DnsSearch { get; init; } = [];
    public IReadOnlyList<string> DnsOptions { get; init; } = [];
    public required IWebFiles Web { get; init; }
    public RepositorySettings Repositories { get; init; } = new();
    /// <summary>Made in every container where the image has not got them, to mount on: no layer has them.</summary>
    public required IReadOnlySet<string> MadePlaces { get; init; }
}
