namespace Gantry.Workloads;

/// <summary>Something to be mounted in a workload.</summary>
/// <param name="Destination">Absolute and clean.</param>
public abstract record WorkloadMount(string Destination);

/// <summary>A directory or file of the host.</summary>
public sealed record BindMount(string Source, string Destination) : WorkloadMount(Destination)
{
    public bool ReadOnly { get; init; }
    /// <summary>With <see cref="ReadOnly"/>: what is mounted below the source too.</summary>
    public bool ReadOnlyBelow { get; init; }
    /// <summary>With what is mounted below the source.</summary>
    public bool Recursive { get; init; } = true;
    /// <summary>mount_namespaces(7): <c>rprivate</c>, <c>rslave</c>, <c>shared</c>, …</summary>
    public string Propagation { get; init; } = "rprivate";
}

/// <summary>A file system in memory.</summary>
/// <param name="Options">Those that say the opposite of a default (<c>nosuid</c>, <c>nodev</c>, <c>noexec</c>) take its place.</param>
public sealed record TmpfsMount(string Destination, IReadOnlyList<string> Options) : WorkloadMount(Destination);
