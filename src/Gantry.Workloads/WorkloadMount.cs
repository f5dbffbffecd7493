using Gantry.Linux.Mounts;

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

/// <summary>A file system that is put together for this alone, or a part of it.</summary>
/// <param name="Name">Unlike that of any other in the workload; who runs it is told by this name what <paramref name="Root"/> is.</param>
/// <param name="Path">In the file system, without links and without a slash in front; empty for all of it.</param>
public sealed record TreeMount(string Name, RootMount Root, string Path, string Destination) : WorkloadMount(Destination)
{
    public bool ReadOnly { get; init; }
}

/// <summary>A file system in memory.</summary>
/// <param name="Options">Those that say the opposite of a default (<c>nosuid</c>, <c>nodev</c>, <c>noexec</c>) take its place.</param>
public sealed record TmpfsMount(string Destination, IReadOnlyList<string> Options) : WorkloadMount(Destination);
