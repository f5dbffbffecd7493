namespace Gantry.Linux.Processes;

/// <summary>A namespace, or (through a pidfd) several of one process, to be joined with setns(2).</summary>
public readonly record struct NamespaceJoin(SafeFileDescriptor Descriptor, NamespaceKinds Kinds);

/// <summary>The way into a control group. Disposing closes it.</summary>
public sealed record CgroupEntry : IDisposable
{
    /// <summary>v1: the open <c>tasks</c> files; v2: <c>cgroup.procs</c> of a group that takes nobody by birth.</summary>
    public IReadOnlyList<SafeFileDescriptor> Tasks { get; init; } = [];
    /// <summary>v2: the directory to be born in.</summary>
    public SafeFileDescriptor? Directory { get; init; }

    public void Dispose()
    {
        foreach (SafeFileDescriptor file in Tasks) file.Dispose();
        Directory?.Dispose();
    }
}

/// <summary>What a child shall be; see <see cref="ChildProcess.Spawn"/> and <see cref="ChildProcess.Begin"/>.
/// Signals are at their defaults and unblocked in every child.</summary>
public sealed record ChildRequest
{
    /// <summary>The program; absolute, or relative to <see cref="Directory"/>.</summary>
    public required string Path { get; init; }
    /// <summary>Where a relative <see cref="Path"/> starts; with an empty path, the program itself (a memfd).</summary>
    public SafeFileDescriptor? Directory { get; init; }
    /// <summary>From argv[0] on.</summary>
    public required IReadOnlyList<string> Arguments { get; init; }
    /// <summary><c>NAME=value</c> entries.</summary>
    public IReadOnlyList<string> Environment { get; init; } = [];
    /// <summary>All the descriptors that the child has: ours → the child's number. The caller goes on owning its own.</summary>
    public required IReadOnlyList<(int From, int To)> Descriptors { get; init; }
    public bool NewSession { get; init; }
    /// <summary>Null stays where the caller is.</summary>
    public string? WorkingDirectory { get; init; }
    /// <summary>Namespaces to make.</summary>
    public NamespaceKinds New { get; init; }
    /// <summary>Namespaces to join, in this order, before the new ones are made.</summary>
    public IReadOnlyList<NamespaceJoin> Join { get; init; } = [];
    /// <summary>Entered before a cgroup namespace is joined or made. Null stays where the caller is.</summary>
    public CgroupEntry? Cgroup { get; init; }
    /// <summary>For a new time namespace: lines of <c>clock seconds nanoseconds</c> (time_namespaces(7)); empty for none.</summary>
    public string TimeOffsets { get; init; } = "";
    /// <summary>Processors (<see cref="CpuList"/>) on which the child starts, before it enters a cgroup; empty for all.</summary>
    public IReadOnlyList<ulong> Affinity { get; init; } = [];
    /// <summary>The child waits until <see cref="NewbornChild.Execute"/> lets it go on: until it has been moved into its cgroup, in which
    /// it makes a cgroup namespace, or until the mappings of its user namespace are written, whose root it becomes then.</summary>
    public bool WaitsForWord { get; init; }

    /// <summary>Called about every second in which the child has not executed its program yet; ends the wait by an exception,
    /// and with it the child. Not for a plain child.</summary>
    public Action<TimeSpan>? Silent { get; init; }

    /// <summary>Says how long it has been silent.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Classic BPF, 8 bytes an instruction, loaded right before the program is executed; empty for none.
    /// Then <see cref="Path"/> is absolute.</summary>
    public ReadOnlyMemory<byte> Filter { get; init; }
    /// <summary>SECCOMP_FILTER_FLAG_* for <see cref="Filter"/>.</summary>
    public uint FilterFlags { get; init; }

    internal bool IsPlain => New == NamespaceKinds.None && Join.Count == 0 && Cgroup is null && Directory is null
        && Affinity.Count == 0 && Filter.IsEmpty;
}
