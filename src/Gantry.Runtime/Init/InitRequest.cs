using Gantry.Linux.Processes;
using Gantry.Shim;

namespace Gantry.Runtime.Init;

/// <summary>What init is told beyond the spec, which follows in a frame of its own. A descriptor is what comes with the request at that
/// index, as it is written, and init's own number for it, as it is read.</summary>
internal sealed record InitRequest
{
    public required string Id { get; init; }
    public required string Bundle { get; init; }
    /// <summary>Joined a running container: nothing is mounted, only the process is made.</summary>
    public bool Exec { get; init; }
    /// <summary>The detached root mount, or -1.</summary>
    public int RootDescriptor { get; init; } = -1;
    /// <summary>Where in the host's tree, as this mount namespace has it, the root may be attached.</summary>
    public required string RootTarget { get; init; }
    /// <summary>Other processes may be in the namespaces that this one has joined.</summary>
    public bool Joined { get; init; }
    /// <summary>What to join <see cref="JoinedKinds"/> through, or -1: a mount namespace's file, or a pidfd.</summary>
    public int NamespaceDescriptor { get; init; } = -1;
    public NamespaceKinds JoinedKinds { get; init; }
    /// <summary>What the last child joins: the time namespace, which takes no thread of several, and the cgroup namespace, from which
    /// nobody is born into a group that begins above it.</summary>
    public NamespaceKinds LateKinds { get; init; }
    /// <summary>Init stays outside of the container's PID namespace and cgroup; a sibling, made last,
    /// is born in there and becomes the command.</summary>
    public bool InSibling { get; init; }
    /// <summary>For who becomes the command, where that is not in there yet: the files of <see cref="CgroupEntry.Tasks"/>,
    /// or v2's directory, or -1.</summary>
    public IReadOnlyList<int> CgroupTasks { get; init; } = [];
    public int CgroupDescriptor { get; init; } = -1;
    /// <summary>A FIFO, open to both sides, from which <c>start</c> lets a byte come; -1 waits for a message instead.</summary>
    public int FifoDescriptor { get; init; } = -1;
    /// <summary>A compiled filter, or -1.</summary>
    public int SeccompDescriptor { get; init; } = -1;
    public uint SeccompFlags { get; init; }
    /// <summary>A connection to who answers for calls of SCMP_ACT_NOTIFY, or -1;
    /// and what is sent there with the filter's own descriptor.</summary>
    public int ListenerDescriptor { get; init; } = -1;
    public string ListenerMessage { get; init; } = "";
    /// <summary>personality(2), or -1 to leave it.</summary>
    public int Personality { get; init; } = -1;
    /// <summary>Sources of mounts that the runtime opened.</summary>
    public IReadOnlyList<MountSource> MountSources { get; init; } = [];
    public int PreserveFds { get; init; }
    public int ListenFds { get; init; }
    public bool NoPivot { get; init; }
    public bool NoNewKeyring { get; init; }
    public bool NewMount { get; init; }
    /// <summary>In a user namespace other than the runtime's, new or joined.</summary>
    public bool InUser { get; init; }
    public bool NewNetwork { get; init; }
    /// <summary>cgroup v1: the container's own directory in each hierarchy. Empty on a v2 host.</summary>
    public IReadOnlyList<CgroupDirectory> Cgroups { get; init; } = [];
    /// <summary>cgroup v2: the container's own directory. Empty on a v1 host, or for a container without.</summary>
    public string UnifiedCgroup { get; init; } = "";
    /// <summary>Stop before the root is changed, for hooks that the parent runs.</summary>
    public bool WaitForHooks { get; init; }
}

/// <param name="Index">Of the spec's mounts.</param>
/// <param name="Descriptor">A detached mount.</param>
/// <param name="Path">What of it is mounted; empty for all.</param>
internal readonly record struct MountSource(int Index, int Descriptor, string Path);

/// <param name="Names">The controllers mounted together, such as <c>cpu</c> and <c>cpuacct</c>.</param>
internal sealed record CgroupDirectory(string MountName, IReadOnlyList<string> Names, string Path);

internal enum InitMessageKind
{
    /// <summary>init → parent: the mounts are made, run the hooks now.</summary>
    RunHooks,
    /// <summary>parent → init: the hooks have run.</summary>
    HooksDone,
    /// <summary>init → parent, with the terminal's master as a descriptor.</summary>
    Console,
    /// <summary>init → parent: something was done less well than asked.</summary>
    Note,
    /// <summary>init → parent: only the user's command is missing.</summary>
    Created,
    /// <summary>parent → init. The answer is the end of the connection, by exec, or <see cref="Failed"/>.</summary>
    Start,
    /// <summary>init → parent: the process that becomes the command exists. Where a seccomp listener waits,
    /// the answer is the text for it.</summary>
    Cloned,
    /// <summary>parent → init.</summary>
    ListenerText,
    /// <summary>init → parent: it ends now.</summary>
    Failed,
}

internal sealed record InitMessage
{
    public required InitMessageKind Kind { get; init; }
    /// <summary>See <see cref="FailureStep"/>.</summary>
    public string? Step { get; init; }
    public int Errno { get; init; }
    public int Pid { get; init; }
    public string? Text { get; init; }
    public IReadOnlyList<PhaseTime>? Phases { get; init; }
}
