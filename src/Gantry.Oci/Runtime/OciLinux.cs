namespace Gantry.Oci.Runtime;

/// <summary>config-linux.md.</summary>
public sealed record OciLinux
{
    public IReadOnlyList<OciNamespace>? Namespaces { get; init; }
    public IReadOnlyList<OciIdMapping>? UidMappings { get; init; }
    public IReadOnlyList<OciIdMapping>? GidMappings { get; init; }
    public IReadOnlyDictionary<string, OciTimeOffset>? TimeOffsets { get; init; }
    public IReadOnlyList<OciDevice>? Devices { get; init; }
    public string? CgroupsPath { get; init; }
    public OciResources? Resources { get; init; }
    public string? RootfsPropagation { get; init; }
    public OciSeccomp? Seccomp { get; init; }
    public IReadOnlyDictionary<string, string>? Sysctl { get; init; }
    public IReadOnlyList<string>? MaskedPaths { get; init; }
    public IReadOnlyList<string>? ReadonlyPaths { get; init; }
    public string? MountLabel { get; init; }
    public OciPersonality? Personality { get; init; }
    public OciIntelRdt? IntelRdt { get; init; }
}

public sealed record OciNamespace
{
    /// <summary>pid, network, mount, ipc, uts, user, cgroup, time.</summary>
    public required string Type { get; init; }
    /// <summary>Join this one instead of making a new one.</summary>
    public string? Path { get; init; }
}

public sealed record OciTimeOffset
{
    public long Secs { get; init; }
    public uint Nanosecs { get; init; }
}

public sealed record OciDevice
{
    /// <summary>c, b, u or p.</summary>
    public required string Type { get; init; }
    public required string Path { get; init; }
    public long? Major { get; init; }
    public long? Minor { get; init; }
    public uint? FileMode { get; init; }
    public uint? Uid { get; init; }
    public uint? Gid { get; init; }
}

public sealed record OciPersonality
{
    public required string Domain { get; init; }
    public IReadOnlyList<string>? Flags { get; init; }
}

/// <summary>config-linux.md, "IntelRdt": cache and memory bandwidth of a CPU's resource director.</summary>
public sealed record OciIntelRdt
{
    public string? ClosID { get; init; }
    public string? L3CacheSchema { get; init; }
    public string? MemBwSchema { get; init; }
}

/// <summary>config-linux.md, "Seccomp".</summary>
public sealed record OciSeccomp
{
    public required string DefaultAction { get; init; }
    public uint? DefaultErrnoRet { get; init; }
    public IReadOnlyList<string>? Architectures { get; init; }
    public IReadOnlyList<string>? Flags { get; init; }
    public string? ListenerPath { get; init; }
    public string? ListenerMetadata { get; init; }
    public IReadOnlyList<OciSyscallRule>? Syscalls { get; init; }
}

public sealed record OciSyscallRule
{
    public required IReadOnlyList<string> Names { get; init; }
    public required string Action { get; init; }
    public uint? ErrnoRet { get; init; }
    public IReadOnlyList<OciSyscallArgument>? Args { get; init; }
}

public sealed record OciSyscallArgument
{
    public uint Index { get; init; }
    public ulong Value { get; init; }
    public ulong ValueTwo { get; init; }
    public required string Op { get; init; }
}
