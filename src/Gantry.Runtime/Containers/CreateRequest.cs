using Gantry.Linux.Mounts;
using Gantry.Oci.Runtime;
using Gantry.Oci.Runtime.Reading;
using Gantry.Shim;

namespace Gantry.Runtime.Containers;

/// <summary>All that it takes to make a container and leave its first process waiting for Start.</summary>
public sealed record CreateRequest
{
    public required string Id { get; init; }
    /// <summary>Absolute path of the directory that holds <c>config.json</c>; relative paths in the spec start here.</summary>
    public required string Bundle { get; init; }
    public required OciSpec Spec { get; init; }
    /// <summary>The file that <see cref="Spec"/> was read from, if it was and is unchanged: saves time.
    /// <see cref="Spec"/> may lack seccomp then.</summary>
    public ConfigFile? Config { get; init; }
    /// <summary>State is kept in <c>&lt;StateRoot&gt;/&lt;Id&gt;</c>.</summary>
    public required string StateRoot { get; init; }
    /// <summary>Takes the place of the spec's <c>root.path</c>: assembled detached, never in the host's mount table.</summary>
    public RootMount? Root { get; init; }
    /// <summary>What stands in the place of bind mounts' sources of these names.</summary>
    public IReadOnlyList<MountTree> Trees { get; init; } = [];
    /// <summary>Descriptors that become 0, 1 and 2; the caller goes on owning them. Ignored with a terminal.</summary>
    public int Stdin { get; init; } = 0;
    public int Stdout { get; init; } = 1;
    public int Stderr { get; init; } = 2;
    /// <summary>Descriptors 3 and up that stay open in the container, counted from 3.</summary>
    public int PreserveFds { get; init; }
    /// <summary>How many of those are sockets that the command is told of by LISTEN_FDS: sd_listen_fds(3).</summary>
    public int ListenFds { get; init; }
    /// <summary>Called with the process id as soon as the namespaces exist, while the rest is still being made.</summary>
    public Action<int>? NamespacesReady { get; init; }
    /// <summary>Start comes from another process (through a FIFO in the state directory), not from
    /// <see cref="CreatedContainer.Start"/>.</summary>
    public bool StartFromElsewhere { get; init; }
    /// <summary>Whether a cgroup that may not be made is done without; null: for everybody but the machine's root.</summary>
    public bool? Rootless { get; init; }
    /// <summary>systemd makes the cgroup, and cgroupsPath has its form.</summary>
    public bool SystemdCgroup { get; init; }
    public bool NoPivot { get; init; }
    public bool NoNewKeyring { get; init; }
}
