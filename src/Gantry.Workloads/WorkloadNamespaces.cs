namespace Gantry.Workloads;

/// <summary>The namespaces that a workload stands in; a mount namespace of its own it always has.</summary>
public sealed record WorkloadNamespaces
{
    public NamespacePlace Network { get; init; } = NamespacePlace.Own;
    public NamespacePlace Uts { get; init; } = NamespacePlace.Own;
    public NamespacePlace Pid { get; init; } = NamespacePlace.Own;
    public NamespacePlace Ipc { get; init; } = NamespacePlace.Own;
    public NamespacePlace Cgroup { get; init; } = NamespacePlace.Own;
}

/// <summary>Where a workload stands in one kind of namespace: one of its own, that of the host, or one that is there.</summary>
public readonly record struct NamespacePlace
{
    private readonly bool _host;
    private readonly int _pid;

    private NamespacePlace(bool host, int pid) => (_host, _pid) = (host, pid);

    /// <summary>Made for it.</summary>
    public static NamespacePlace Own => default;
    public static NamespacePlace Host => new(true, 0);
    /// <summary>That of a process that runs.</summary>
    public static NamespacePlace Of(int pid) => new(false, pid);

    public bool IsOwn => this == Own;
    public bool IsHost => _host;

    /// <param name="kind">As <c>/proc/PID/ns</c> names it.</param>
    /// <returns>Null where there is nothing to join.</returns>
    public string? PathOf(string kind) => _pid > 0 ? $"/proc/{_pid}/ns/{kind}" : null;
}
