using Gantry.Linux.Mounts;
using Gantry.Oci.Runtime;
using Gantry.Workloads.Security;

namespace Gantry.Workloads;

/// <summary>What to run, and in what: all that a bundle is written from, and nothing of who wants it run.</summary>
/// <remarks>What every workload has besides, its <c>/proc</c> and <c>/dev</c>, its devices and the like, is the bundle's.</remarks>
public sealed record Workload
{
    /// <summary>Assembled by whoever runs it; the bundle names the place alone.</summary>
    public required RootMount Root { get; init; }
    public bool ReadOnlyRoot { get; init; }
    public required WorkloadProcess Process { get; init; }
    public WorkloadNamespaces Namespaces { get; init; } = new();
    /// <summary>Null where it has no UTS namespace of its own.</summary>
    public string? Hostname { get; init; }
    public string? Domainname { get; init; }
    /// <summary>In any order: one on a directory is made before those below it.</summary>
    public IReadOnlyList<WorkloadMount> Mounts { get; init; } = [];
    /// <summary>Bytes of a <c>/dev/shm</c> of its own; null where a mount has it, or nothing.</summary>
    public long? SharedMemory { get; init; }
    /// <summary>Absolute, below the hierarchy's root.</summary>
    public required string CgroupPath { get; init; }
    /// <summary>But for the devices.</summary>
    public OciResources Limits { get; init; } = new();
    /// <summary>All devices of the host, and the kernel's own file systems may be written.</summary>
    public bool Privileged { get; init; }
    public IReadOnlyList<WorkloadDevice> Devices { get; init; } = [];
    /// <summary>For devices that have no node yet, after those of <see cref="Devices"/>.</summary>
    public IReadOnlyList<OciDeviceRule> DeviceRules { get; init; } = [];
    /// <summary>Null lets every system call through.</summary>
    public OciSeccomp? Seccomp { get; init; }
    public IReadOnlyList<string> MaskedPaths { get; init; } = KernelPaths.Masked;
    public IReadOnlyList<string> ReadonlyPaths { get; init; } = KernelPaths.Readonly;
    /// <summary>Besides those of <see cref="NetworkSysctls"/>, over which they win.</summary>
    public IReadOnlyDictionary<string, string> Sysctls { get; init; } = new Dictionary<string, string>();
    public IReadOnlyDictionary<string, string>? Annotations { get; init; }
}
