using Gantry.Oci.Runtime;
using Gantry.Oci.Runtime.Reading;
using Gantry.Runtime.Cgroups;

namespace Gantry.Runtime.Containers;

/// <summary>All that it takes to run a further process in a container.</summary>
public sealed record ExecRequest
{
    /// <summary>What to run. Capabilities, rlimits and no_new_privs are taken from here, not from the container.</summary>
    public required OciProcess Process { get; init; }
    /// <summary>The container's first process, whose namespaces and cgroup are joined.</summary>
    public required int TargetPid { get; init; }
    /// <summary>The container's spec: namespaces, cgroup path, seccomp.</summary>
    public required OciSpec Spec { get; init; }
    /// <summary>The file that <see cref="Spec"/> was read from, if it was; see <see cref="CreateRequest.Config"/>.</summary>
    public ConfigFile? Config { get; init; }
    public required string Id { get; init; }
    public required string StateRoot { get; init; }
    /// <summary>For the state that a seccomp listener gets.</summary>
    public string Bundle { get; init; } = "";
    /// <summary>Where the container's processes are, empty for nowhere; null asks the spec.</summary>
    public string? CgroupPath { get; init; }
    /// <summary>Descriptors that become 0, 1 and 2; the caller goes on owning them. Ignored with a terminal.</summary>
    public int Stdin { get; init; } = 0;
    public int Stdout { get; init; } = 1;
    public int Stderr { get; init; } = 2;
    public int PreserveFds { get; init; }
    /// <summary>Called while the process is being made: what the caller has to prepare costs no time there.</summary>
    public Action? Meanwhile { get; init; }
    /// <summary>Also where the container stands still: then it waits until that goes on.</summary>
    public bool IgnorePaused { get; init; }
    /// <summary>See <see cref="CreateRequest.ListenFds"/>.</summary>
    public int ListenFds { get; init; }
    /// <summary>One that was started already, if the caller knew early; the caller goes on owning it.</summary>
    internal OutsideInit? Init { get; init; }
    /// <summary>Where below the container's cgroup it shall be; they exist.</summary>
    internal IReadOnlyList<SubCgroup> SubCgroups { get; init; } = [];
}
