using Gantry.Linux;
using Gantry.Linux.Processes;
using Gantry.Oci.Runtime;
using Gantry.Shim;

namespace Gantry.Runtime.Containers;

public sealed record ExecRequest
{
    /// <summary>What to run. Capabilities, rlimits and no_new_privs are taken from here, not from the container.</summary>
    public required OciProcess Process { get; init; }
    /// <summary>The container's first process, whose namespaces and cgroup are joined.</summary>
    public required int TargetPid { get; init; }
    /// <summary>The container's spec: namespaces, cgroup path, seccomp.</summary>
    public required OciSpec Spec { get; init; }
    public required string Id { get; init; }
    public required string StateRoot { get; init; }
    /// <summary>Descriptors that become 0, 1 and 2; the caller goes on owning them. Ignored with a terminal.</summary>
    public int Stdin { get; init; } = 0;
    public int Stdout { get; init; } = 1;
    public int Stderr { get; init; } = 2;
    public int PreserveFds { get; init; }
}

/// <summary>A process that was added to a container; our child, to be reaped with <see cref="ChildProcess.Wait"/>.</summary>
public sealed class ExecutedProcess : IDisposable
{
    internal ExecutedProcess(int pid, SafeFileDescriptor pidFd, int consoleMaster, IReadOnlyList<PhaseTime> phases) =>
        (Pid, PidFd, ConsoleMaster, Phases) = (pid, pidFd, consoleMaster, phases);

    public int Pid { get; }
    public SafeFileDescriptor PidFd { get; }
    /// <summary>The terminal's master side, owned by the caller; -1 without a terminal.</summary>
    public int ConsoleMaster { get; }
    public IReadOnlyList<PhaseTime> Phases { get; }

    public void Dispose() => PidFd.Dispose();
}

public static class ContainerExec
{
    /// <summary>Runs a further process in a running container; returns when it has been executed.</summary>
    /// <exception cref="LaunchException">It could not be; nothing of it is left.</exception>
    public static ExecutedProcess Run(ExecRequest request) => throw GantryException.Unsupported($"exec in {request.Id}");
}
