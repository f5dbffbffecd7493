using Gantry.Linux.Mounts;
using Gantry.Oci.Runtime;

namespace Gantry.Engine.Containers;

/// <summary>What a container's workload needs and its records do not say: of other containers, of the daemon, of the storage.</summary>
public sealed record ContainerSurroundings
{
    /// <summary>Parent of the container's cgroup, such as <c>/gantry</c>.</summary>
    public required string CgroupParent { get; init; }
    public required RootMount Root { get; init; }
    /// <summary>The default seccomp policy for these capabilities.</summary>
    public required Func<IReadOnlyList<string>, OciSeccomp> DefaultSeccomp { get; init; }
    /// <summary>Process id of a container named by <c>container:NAME</c> modes.</summary>
    public required Func<string, int> RunningPid { get; init; }
    /// <summary>The shared memory directory of a container named by <c>--ipc container:NAME</c>.</summary>
    public required Func<string, string> SharedShm { get; init; }
    /// <summary>A static init for <c>--init</c>.</summary>
    public string? InitBinary { get; init; }
    public IReadOnlyList<OciRlimit> DefaultRlimits { get; init; } = [];
}
